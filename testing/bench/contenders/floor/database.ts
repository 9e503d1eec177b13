import pg from 'pg';

export type Database = pg.Client;

/** One connection with pipelining. If it breaks, the process ends: whoever supervises it starts it again. */
export async function openDatabase(): Promise<Database> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL, pipeline: true });
  client.on('error', exitOn);
  await client.connect();
  return client;
}

export function exitOn(error: unknown): never {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}
