import type { Database } from '../database/database.js';

const STEP = 10_000;

/**
 * Fills a table in steps, so that none exceeds the statement timeout on a busy machine.
 * @param insert an INSERT of the rows from `$1` to `$2`
 */
export async function fillTable(database: Database, insert: string, rows: number): Promise<void> {
  for (let from = 1; from <= rows; from += STEP) await database.query(insert, [from, Math.min(rows, from + STEP - 1)]);
}
