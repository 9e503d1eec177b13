import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { connectionOptions, type DatabaseAddress } from './connection-options.js';

/** A folder of SQL files `0001_name.sql`, each of which runs once, in the order of their names. */
export interface Migrations {
  /** Table `<owner>_migrations` records which ones have run. */
  readonly owner: string;
  readonly folder: URL;
}

/**
 * Brings a database up to date, the migrations of each owner in one transaction. Safe if many replicas start at once: one
 * runs the migrations, the others wait for an advisory lock and find nothing left to do.
 */
export async function migrate(
  options: DatabaseAddress & { readonly migrations: readonly Migrations[] },
): Promise<void> {
  for (const { owner, folder } of options.migrations) {
    const client = new pg.Client({ ...connectionOptions(options), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the current query rejects with it
    await client.connect();
    try {
      await runner({
        dbClient: client,
        dir: fileURLToPath(folder),
        migrationsTable: `${owner}_migrations`,
        direction: 'up',
        singleTransaction: true,
        advisoryLockMode: 'wait',
        log: () => undefined,
      });
    } finally {
      await client.end();
    }
  }
}
