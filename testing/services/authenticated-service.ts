import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TestIssuer } from '@orderflow/auth/testing';
import type { ServiceName } from '@orderflow/events';
import { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { Environment } from './load-service.js';
import { startService } from './start-service.js';

export interface ServiceResponse {
  readonly status: number;
  /** Undefined if it is empty. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the tests expect it
  readonly body: any;
  readonly link: string | null;
}

/** Makes a request with the token of one caller. */
export type Client = (method: string, path: string, body?: object, headers?: Environment) => Promise<ServiceResponse>;

/** A service that listens, with a database and an issuer of its own, and without Kafka. */
export class AuthenticatedService {
  private constructor(
    private readonly issuer: TestIssuer,
    private readonly test: TestDatabase,
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(name: ServiceName, environment: Environment = {}): Promise<AuthenticatedService> {
    const issuer = await TestIssuer.start();
    const test = await createTestDatabase();
    const app = await startService(name, issuer, { ...environment, DATABASE_URL: test.url });
    await app.get(Database, { strict: false }).whenReady();
    await app.listen(0, '127.0.0.1');
    const { port } = new URL(await app.getUrl());
    return new AuthenticatedService(issuer, test, app, `http://localhost:${port}`);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.test.drop();
    await this.issuer.stop();
  }

  get query(): Database['query'] {
    return this.test.database.query.bind(this.test.database);
  }

  /** The credentials of a caller. */
  async headersOf(sub: string, scope: string, customer?: string): Promise<Environment> {
    const token = await this.issuer.token({ sub, scope, ...(customer && { customer_id: customer }) });
    return { authorization: `Bearer ${token}` };
  }

  /** A customer, who has only its own token. */
  customer(customerId: string): Promise<Client> {
    return this.client(`of ${customerId}`, 'customer', customerId);
  }

  async client(sub: string, scope: string, customer?: string): Promise<Client> {
    const credentials = await this.headersOf(sub, scope, customer);
    return async (method, path, body, headers) => {
      const response = await fetch(this.url + path, {
        method,
        headers: { ...credentials, ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? undefined : JSON.parse(text),
        link: /<(.+)>/.exec(response.headers.get('link') ?? '')?.[1] ?? null,
      };
    };
  }
}
