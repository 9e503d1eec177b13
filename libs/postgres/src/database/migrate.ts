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

/** Roles that the default privileges of the database let write, if the table belongs to the current one. */
const OTHER_WRITERS = `SELECT DISTINCT grantee::regrole::text AS role FROM pg_class, aclexplode(relacl)
  WHERE oid = $1::regclass AND relowner = current_user::regrole AND grantee NOT IN (0, relowner)
    AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE')`;

/**
 * Brings a database up to date, the migrations of each owner in one transaction. Safe if many replicas start at once: one
 * runs the migrations, the others wait for an advisory lock and find nothing left to do. Which ones have run is for the role
 * that migrates to say: others lose the privilege to write that table.
 */
export async function migrate(
  options: DatabaseAddress & { readonly migrations: readonly Migrations[] },
): Promise<void> {
  for (const { owner, folder } of options.migrations) {
    const table = `${owner}_migrations`;
    const client = new pg.Client({ ...connectionOptions(options), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the current query rejects with it
    await client.connect();
    try {
      await runner({
        dbClient: client,
        dir: fileURLToPath(folder),
        migrationsTable: table,
        direction: 'up',
        singleTransaction: true,
        advisoryLockMode: 'wait',
        log: () => undefined,
      });
      // Locked, since two replicas cannot change the privileges of a table at once. The runner sees the table's primary key only
      // where it may do more than read, and nobody can refer to the table who may make none.
      const { rows } = await client.query<{ role: string }>(OTHER_WRITERS, [table]);
      for (const { role } of rows) {
        await client.query(`LOCK ${table} IN EXCLUSIVE MODE;
          REVOKE INSERT, UPDATE, DELETE ON ${table} FROM ${role};
          GRANT REFERENCES ON ${table} TO ${role}`);
      }
    } finally {
      await client.end();
    }
  }
}
