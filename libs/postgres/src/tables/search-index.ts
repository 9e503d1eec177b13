import type { Database } from '../database/database.js';
import { type Comparisons, StatementParameters } from '../parameters/comparisons.js';
import { type IndexPage, pageOfIndex } from './index-page.js';

export interface Found<Row> {
  readonly rows: readonly Row[];
  /** The key at which the search stopped; null if it has seen every row of the ranges. */
  readonly searchedTo: string | null;
}

/** A condition that the index does not answer, and how many rows of the ranges may be searched for it. */
export interface Search {
  readonly where: Comparisons;
  readonly atMost: number;
}

/**
 * The first `page.limit` rows of the ranges that satisfy `where`, among the first `atMost`. If they are rare, it finds fewer, and the
 * next search continues at `searchedTo`: each one is fast, however large the table is.
 */
export async function searchIndex<Row extends object>(
  database: Database,
  page: IndexPage,
  { where, atMost }: Search,
): Promise<Found<Row>> {
  if (Object.values(where).every((value) => value === undefined)) {
    const { sql, parameters } = pageOfIndex(page);
    return { rows: await database.query<Row>(sql, parameters), searchedTo: null };
  }
  const { table, select, key, keyType, order, limit } = page;
  const { keys, searchedTo } = await searchKeys(database, page, { where, atMost });
  const rows = await database.query<Row>(
    `SELECT ${select} FROM ${table} WHERE ${key} = ANY($1::${keyType}[]) ORDER BY ${key} ${order}`,
    [keys],
  );
  return { rows, searchedTo: keys.length === limit ? (keys.at(-1) ?? null) : searchedTo };
}

async function searchKeys(
  database: Database,
  page: IndexPage,
  { where, atMost }: Search,
): Promise<{ readonly keys: readonly string[]; readonly searchedTo: string | null }> {
  const { key, order, limit } = page;
  const parameters = new StatementParameters();
  const matches = parameters.compare(where).join(' AND ');
  const searched = pageOfIndex({ ...page, select: `${key}, ${matches} AS matches`, limit: atMost }, parameters);
  const [found] = await database.query<{ keys: string[]; searchedTo: string | null }>(
    `WITH searched AS MATERIALIZED (${searched.sql})
     SELECT ARRAY(SELECT ${key}::text FROM searched WHERE matches ORDER BY searched.${key} ${order} LIMIT ${parameters.add(limit)}) AS keys,
            (SELECT ${key}::text FROM searched ORDER BY searched.${key} ${order} OFFSET ${atMost - 1} LIMIT 1) AS "searchedTo"`,
    parameters.values,
  );
  return found ?? { keys: [], searchedTo: null };
}
