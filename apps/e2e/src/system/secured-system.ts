import { join } from 'node:path';
import { requestToken } from '../../../../tools/issuer/request-token.mjs';
import { authVariables, startLocalIssuer } from '../../../../tools/stack/local-issuer.mjs';
import { freePort } from '../../../../tools/stack/ports.mjs';
import { temporaryFolder } from '../../../../tools/stack/temporary-folder.mjs';
import { Client } from './client.js';
import { SERVICES, System } from './system.js';

export type Role = 'customer' | 'staff' | 'operator';
type Issuer = Awaited<ReturnType<typeof startLocalIssuer>>;

/** A system that demands the tokens of an issuer. */
export class SecuredSystem {
  private constructor(
    readonly system: System,
    private readonly folder: string,
    private readonly port: number,
    private issuer: Issuer,
  ) {}

  static async start(): Promise<SecuredSystem> {
    const [system, folder, port] = [await System.prepare(), temporaryFolder(), await freePort()];
    const [issuer] = await Promise.all([
      startLocalIssuer({ port, folder, origins: [], logFile: join(folder, 'issuer.log') }),
      system.startKafka(),
      system.startPostgres(),
    ]);
    for (const name of SERVICES) system.startService(name, authVariables(port));
    await system.whenReady();
    return new SecuredSystem(system, folder, port, issuer);
  }

  /** @param customerId of a customer */
  token(role: Role, customerId?: string): Promise<string> {
    return requestToken({
      port: this.port,
      folder: this.folder,
      role,
      ...(customerId !== undefined && { customerId }),
    });
  }

  async as(role: Role, customerId?: string): Promise<Client> {
    return new Client(this.system, await this.token(role, customerId));
  }

  async stopIssuer(): Promise<void> {
    await this.issuer.stop();
    await this.issuer.exited;
  }

  async stop(): Promise<void> {
    await this.issuer.stop();
    await this.system.stop();
  }
}
