import type { Transaction } from '../transactions/transaction.js';
import { type Erased, eraseInJson, eraseInText, idInJson, type PersonalMembers } from './personal-text.js';

export interface StepResult {
  /** The rows that were erased, or changed. */
  readonly rows: number;
  /** Where the next transaction continues; null if nothing is left. */
  readonly next: string | null;
}

/** Erases a customer's data in one table, or in some that belong together, by a bounded number of rows in each transaction. */
export interface ErasureStep {
  readonly table: string;
  /** Whether it runs once more when Kafka can deliver no event from before the erasure any longer. */
  readonly repeats?: boolean;
  /** @param after `next` of the transaction before; empty at the beginning */
  run(tx: Transaction, erased: Erased, after: string): Promise<StepResult>;
}

/** Rows that a transaction of a step changes, or reads, at most. */
export const ROWS_PER_STEP = 500;

/**
 * A step for a table with an index of the customer's id.
 * @param statement changes up to {@link ROWS_PER_STEP} rows of customer $1 so that it does not find them again, and returns a row
 * for each. $2 is the pseudonym
 */
export function indexedStep(table: string, statement: string): ErasureStep {
  return {
    table,
    async run(tx, { customerId, pseudonym }) {
      const { length: rows } = await tx.query(statement, [customerId, pseudonym]);
      return { rows, next: rows < ROWS_PER_STEP ? null : '' };
    },
  };
}

/** Columns without an index, in which the customer may be named. */
export interface SearchedTable {
  readonly table: string;
  /** An indexed column; at most some hundred rows have the same value. */
  readonly key: string;
  readonly keyType: 'bigint' | 'uuid' | 'text';
  /** What they hold: JSON, perhaps after some bytes, in bytea; JSON; or a text for people. */
  readonly columns: Readonly<Record<string, 'json-bytes' | 'json' | 'text'>>;
  /** Rows that belong to what was before the erasure, in SQL; $3 is its time. All unless given. */
  readonly where?: string;
  readonly repeats?: boolean;
}

interface FoundPage {
  readonly size: number;
  readonly last: string | null;
  readonly found: readonly string[];
}

/** A step that reads a whole table, and writes the rows that name the customer. */
export function searchingStep(searched: SearchedTable, members: PersonalMembers): ErasureStep {
  const { table, key, keyType, repeats = false } = searched;
  const columns = Object.entries(searched.columns);
  const page = (after: string) => `WITH page AS MATERIALIZED (
      SELECT * FROM ${table} ${after === '' ? "WHERE $4::text = ''" : `WHERE ${key} >= $4::text::${keyType}`}
      ORDER BY ${key} LIMIT ${ROWS_PER_STEP})
    SELECT (SELECT count(*)::integer FROM page) AS size, (SELECT ${key}::text FROM page ORDER BY page.${key} DESC LIMIT 1) AS last,
      ARRAY(SELECT ${key}::text FROM page WHERE (${columns.map(mentions).join(' OR ')})
              AND ${searched.where ?? 'true'} AND num_nulls($1::bytea, $2::text[], $3::timestamptz) = 0) AS found`;
  const lock = `SELECT ctid::text AS "at", ${columns.map(([name]) => name).join(', ')} FROM ${table}
    WHERE ${key} = ANY ($1::text[]::${keyType}[]) ORDER BY ${key} FOR UPDATE`;
  const write = `UPDATE ${table} SET ${columns.map(([name], n) => `${name} = $${n + 2}`).join(', ')} WHERE ctid = $1::tid`;
  return {
    table,
    repeats,
    async run(tx, erased, after) {
      const id = idInJson(erased.customerId);
      const [read] = await tx.query<FoundPage & object>(page(after), [
        Buffer.from(id),
        [id, erased.customerId],
        erased.requestedAt,
        after,
      ]);
      const { size, last, found } = read as FoundPage;
      const rows = found.length === 0 ? [] : await tx.query<Record<string, unknown>>(lock, [found]);
      let written = 0;
      for (const row of rows) {
        const values = columns.map(([name, kind]) => erasedValue(row[name], kind, erased, members));
        if (columns.every(([name], n) => row[name] === values[n])) continue;
        tx.pipeline(write, [row['at'], ...values.map(toParameter)]);
        written++;
      }
      return { rows: written, next: size < ROWS_PER_STEP ? null : last };
    },
  };
}

type Kind = SearchedTable['columns'][string];

function mentions([column, kind]: [string, Kind]): string {
  if (kind === 'json-bytes') return `position($1::bytea IN ${column}) > 0`;
  return `position(($2::text[])[${kind === 'json' ? 1 : 2}] IN ${column}::text) > 0`;
}

function erasedValue(value: unknown, kind: Kind, erased: Erased, members: PersonalMembers): unknown {
  if (value === null || value === undefined) return value;
  switch (kind) {
    case 'json-bytes': {
      const before = (value as Buffer).toString('latin1'); // byte by byte
      const after = eraseInJson(before, erased, members);
      return after === before ? value : Buffer.from(after, 'latin1');
    }
    case 'json': {
      const before = JSON.stringify(value);
      const after = eraseInJson(before, erased, members);
      return after === before ? value : JSON.parse(after);
    }
    case 'text':
      return eraseInText(value as string, erased);
  }
}

function toParameter(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;
}
