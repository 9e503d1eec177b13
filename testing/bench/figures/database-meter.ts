import type pg from 'pg';

/** What Postgres did meanwhile. */
export interface DatabaseFigures {
  statements: number;
  walBytes: number;
}

/** Counts statements of all databases but the bench's own, and the bytes of the write-ahead log. */
export async function startDatabaseMeter(admin: pg.Client) {
  await admin.query('SELECT pg_stat_statements_reset()');
  const begin = await readLsn(admin);
  return {
    stop: async (): Promise<DatabaseFigures> => ({
      walBytes: (await readLsn(admin)) - begin,
      statements: await countStatements(admin),
    }),
  };
}

async function readLsn(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query(`SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`);
  return Number(rows[0].bytes);
}

async function countStatements(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query(
    `SELECT sum(calls) AS calls FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE datname <> 'postgres'`,
  );
  return Number(rows[0].calls);
}
