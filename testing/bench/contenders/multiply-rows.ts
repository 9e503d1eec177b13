import pg from 'pg';
import type { Stage } from '../stage.ts';

/** What a day of orders leaves in the tables of the contenders that have them, and the columns that make a row another one. */
const TABLES: { database: string; table: string; keys: string[] }[] = [
  { database: 'order_service', table: 'orders', keys: ['order_id'] },
  { database: 'order_service', table: 'inbox', keys: ['event_id', 'event_key'] },
  { database: 'inventory_service', table: 'reservations', keys: ['order_id'] },
  { database: 'inventory_service', table: 'inbox', keys: ['event_id', 'event_key'] },
  { database: 'notification_service', table: 'notifications', keys: ['notification_id', 'order_id'] },
  { database: 'notification_service', table: 'inbox', keys: ['event_id', 'event_key'] },
];

/** UUIDs of the last day in the order of time: like real ones, each goes to the end of its index. */
const KEY = 'uuidv7(make_interval(secs => 86400.0 * copy / $1 - 86400))';
const KEYS_BY_TYPE: Record<string, string> = { uuid: KEY, text: `${KEY}::text`, bytea: `uuid_send(${KEY})` };

/**
 * Copies the rows that a warm-up has left, each under new keys, until there are so many orders. The other columns are as the catalogue
 * says, so that it need not know them.
 */
export async function multiplyRows({ postgres, admin }: Stage, orders: number) {
  const times = await withDatabase(postgres.url('order_service'), async (client) => {
    const { rows } = await client.query('SELECT count(*) AS count FROM orders');
    return Math.round(orders / Number(rows[0].count));
  });
  for (const { database, table, keys } of TABLES) {
    await withDatabase(postgres.url(database), async (client) => {
      const columns = await readColumns(client, table);
      if (columns.length > 0) await client.query(copyStatement(table, columns, keys), [times]);
      await client.query('VACUUM (ANALYZE, INDEX_CLEANUP off)');
    });
  }
  await admin.query('CHECKPOINT');
}

interface Column {
  name: string;
  type: string;
}

/** @returns the statement that adds `$1` copies of each row */
export function copyStatement(table: string, columns: Column[], keys: string[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns
    .map(({ name, type }) => (keys.includes(name) ? (KEYS_BY_TYPE[type] ?? name) : name))
    .join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${values}
    FROM ${table}, generate_series(1, $1::integer) AS copy ORDER BY copy`;
}

/** @returns those that can be written; none if there is no such table */
async function readColumns(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT quote_ident(column_name) AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'`,
    [table],
  );
  return rows;
}

async function withDatabase<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, application_name: 'bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
