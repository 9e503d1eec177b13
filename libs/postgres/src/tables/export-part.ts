import type { Database } from '../database/database.js';

export interface ExportedRow {
  readonly key: string;
  readonly data: object;
}

export interface ExportedPage {
  readonly rows: readonly ExportedRow[];
  /** The key behind which the next page begins; null if nothing is left. */
  readonly next: string | null;
}

/** What an export lists of one kind. */
export interface ExportPart {
  readonly kind: string;
  /** @param after `next` of the page before; undefined at the beginning */
  read(
    database: Database,
    customerId: string,
    page: { after: string | undefined; limit: number },
  ): Promise<ExportedPage>;
}

export interface ExportedTable {
  readonly kind: string;
  readonly table: string;
  /** The sort key: unique, in SQL. */
  readonly key: string;
  readonly keyType: 'bigint' | 'uuid' | 'text';
  /** What is exported of a row, as jsonb, in SQL. */
  readonly data: string;
}

/** How many rows one request reads to find those of the customer. */
const MAX_SEARCHED = 5_000;

/** A part of a table with an index of the customer's id. */
export function indexedPart({ kind, table, key, keyType, data }: ExportedTable): ExportPart {
  const sql = (after?: string) => `SELECT ${key}::text AS key, ${data} AS data FROM ${table}
    WHERE customer_id = $1 AND (${after === undefined ? '$2::text IS NULL' : `${key} > $2::${keyType}`})
    ORDER BY customer_id, ${key} LIMIT $3`;
  return {
    kind,
    async read(database, customerId, { after, limit }) {
      const rows = await database.query<ExportedRow & object>(sql(after), [customerId, after ?? null, limit]);
      return { rows, next: rows.length < limit ? null : (rows.at(-1)?.key ?? null) };
    },
  };
}

/**
 * A part of a table without such an index, which is read in the order of its key; a page may have fewer rows than its limit.
 * @param where what says that a row is of customer $1, in SQL; `customer_id = $1` unless given
 */
export function searchingPart(table: ExportedTable & { readonly where?: string }): ExportPart {
  const { kind, key, keyType, data, where = 'customer_id = $1' } = table;
  const sql = (after?: string) => `WITH page AS MATERIALIZED (
      SELECT * FROM ${table.table} WHERE ${after === undefined ? '$2::text IS NULL' : `${key} > $2::${keyType}`}
      ORDER BY ${key} LIMIT ${MAX_SEARCHED}
    ), found AS (SELECT ${key} AS key, ${data} AS data FROM page WHERE ${where} ORDER BY ${key} LIMIT $3)
    SELECT (SELECT count(*)::int FROM page) AS searched, (SELECT ${key}::text FROM page ORDER BY page.${key} DESC LIMIT 1) AS last,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('key', key::text, 'data', data) ORDER BY key), '[]') FROM found) AS rows`;
  return {
    kind,
    async read(database, customerId, { after, limit }) {
      const [page] = await database.query<Searched & object>(sql(after), [customerId, after ?? null, limit]);
      const { searched, last, rows } = page as Searched;
      if (rows.length === limit) return { rows, next: rows.at(-1)?.key ?? null };
      return { rows, next: searched < MAX_SEARCHED ? null : last };
    },
  };
}

interface Searched {
  readonly searched: number;
  readonly last: string | null;
  readonly rows: readonly ExportedRow[];
}
