import type { Database } from '../database/database.js';

/** The columns, as `table.column`, that contain a text in some row: each column of each table is searched, bytes too. */
export async function columnsThatMention(database: Database, text: string): Promise<string[]> {
  const columns = await database.query<{ table: string; column: string; bytes: boolean }>(
    `SELECT relname AS "table", attname AS "column", atttypid = 'bytea'::regtype AS bytes
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
     ORDER BY relname, attnum`,
  );
  const mentioning: string[] = [];
  for (const { table, column, bytes } of columns) {
    const searched = bytes ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const [found] = await database.query(`SELECT FROM "${table}" WHERE position($1 IN ${searched}) > 0 LIMIT 1`, [
      text,
    ]);
    if (found) mentioning.push(`${table}.${column}`);
  }
  return mentioning;
}
