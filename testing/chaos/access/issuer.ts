import path from 'node:path';
import { readKeys } from '../../../tools/issuer/keys.mjs';
import { requestToken } from '../../../tools/issuer/request-token.mjs';
import type { Role } from '../../../tools/issuer/roles.mjs';
import { authVariables, startLocalIssuer } from '../../../tools/stack/local-issuer.mjs';
import { freePort } from '../../../tools/stack/ports.mjs';
import { type ProcessGroup, signalGroup } from '../../../tools/stack/process-group.mjs';

/** So short that tokens are renewed in a run; at half of it, so that all outlast an issuer that is away for two minutes. */
export const TOKEN_SECONDS = 300;

/** The issuer whose tokens the services demand: a process that can be killed and frozen. Its key survives. */
export class Issuer {
  port: number;
  folder: string;
  logFile: string;
  group: ProcessGroup | undefined;

  constructor(port: number, { dataDir, logs }: { dataDir: string; logs: string }) {
    this.port = port;
    this.folder = path.join(dataDir, 'issuer');
    this.logFile = path.join(logs, 'issuer.log');
  }

  static async prepare(place: { dataDir: string; logs: string }): Promise<Issuer> {
    return new Issuer(await freePort(), place);
  }

  /** Of each service. */
  get variables(): Record<string, string> {
    return authVariables(this.port);
  }

  get signingKey() {
    return readKeys(this.folder).signingKey;
  }

  /** @throws {Failure} if it cannot be reached */
  token(role: Role, customerId?: string): Promise<string> {
    const { port, folder } = this;
    return requestToken({ port, folder, role, ...(customerId !== undefined && { customerId }) });
  }

  async start() {
    const { port, folder, logFile } = this;
    this.group = await startLocalIssuer({ port, folder, logFile, origins: [], tokenSeconds: TOKEN_SECONDS });
  }

  async kill() {
    this.group?.kill();
    await this.group?.exited;
  }

  freeze() {
    if (this.group?.pid) signalGroup(this.group.pid, 'SIGSTOP');
  }

  thaw() {
    if (this.group?.pid) signalGroup(this.group.pid, 'SIGCONT');
  }

  async stop() {
    await this.group?.stop();
  }
}
