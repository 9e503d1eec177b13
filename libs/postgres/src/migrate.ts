import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

/** A folder of SQL files `0001_name.sql`, run once each in the order of their names. */
export interface Migrations {
  /** Whose they are: what has run is kept in the table `<owner>_migrations`. */
  readonly owner: string;
  readonly folder: URL;
}

/**
 * Brings a database up to date, each owner's migrations as one transaction. Safe when many replicas start at once:
 * one runs them, the others wait on an advisory lock and find nothing left to do.
 */
export async function migrate(options: {
  readonly url: string;
  readonly migrations: readonly Migrations[];
}): Promise<void> {
  for (const { owner, folder } of options.migrations) {
    const client = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the query under way rejects with it
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
