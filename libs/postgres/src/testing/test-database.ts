import { randomBytes } from 'node:crypto';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import pg from 'pg';
import { Database } from '../database/database.js';
import type { Migrations } from '../database/migrate.js';

export interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** Connects another replica to the same database. */
  readonly connect: () => Promise<Database>;
  /** Closes all connections and drops the database. */
  readonly drop: () => Promise<void>;
}

/** A migrated database for one test file, on the server of `TEST_POSTGRES_URL`. */
export async function createTestDatabase(migrations: readonly Migrations[] = []): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = name;
  const open: Database[] = [];
  const connect = async () => {
    const database = new Database(
      { url: url.href, poolSize: 5, applicationName: name, migrations },
      new HealthRegistry(),
      new Metrics(),
    );
    open.push(database);
    database.onModuleInit();
    await database.whenReady();
    return database;
  };
  const drop = async () => {
    await Promise.all(open.map((database) => database.onApplicationShutdown()));
    await administer(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { database: await connect(), url: url.href, connect, drop };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function serverUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (!url) throw new Error('TEST_POSTGRES_URL is not set: run integration tests by `nx test-int <project>`');
  return url;
}
