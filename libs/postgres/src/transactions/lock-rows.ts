import type { QueryResultRow } from 'pg';
import { isContention } from './database-errors.js';
import type { Transaction } from './transaction.js';

export interface RowsToLock {
  /** The first column is the id, the parameter is the list of ids, and the order is the same wherever these rows are locked. */
  readonly select: string;
  /** Such as `FOR NO KEY UPDATE`. */
  readonly lock: string;
  /** The error to throw if other transactions hold the rows with these ids for longer than the lock timeout. */
  readonly lockedOut: (ids: readonly string[]) => Error;
}

/** How long to search for the rows that others hold. */
const SEARCH_MS = 1_500;

/**
 * Selects rows and locks them until the transaction ends. If other transactions hold some of them, a transaction with a short
 * lock timeout finds out which ones, and rejects with the error that `lockedOut` makes of their ids. Any other transaction
 * rejects with the lock timeout, as for any statement, and does not search.
 */
export async function lockRows<Row extends QueryResultRow>(
  tx: Transaction,
  rows: RowsToLock,
  ids: readonly string[],
): Promise<Row[]> {
  const { select, lock, lockedOut } = rows;
  if (tx.hasShortLockTimeout) {
    const held = await heldIds(tx, rows, ids);
    if (held.length > 0) throw lockedOut(held);
  }
  return tx.query<Row>(`${select} ${lock}`, [ids]);
}

/**
 * The ids of the rows that others hold for longer than the lock timeout. While it waits for a row, it holds no other one:
 * otherwise two transactions that wait for a third would each report the other's rows. A row that is free at any moment of the
 * search does not count, so that rows of batches in flight are not mistaken for rows that are locked for long.
 */
async function heldIds(tx: Transaction, { select, lock }: RowsToLock, ids: readonly string[]): Promise<string[]> {
  const until = Date.now() + SEARCH_MS;
  const held: string[] = [];
  let unknown = (await tx.query(select, [ids])).map(idOf);
  for (;;) {
    const free = await tryLock(tx, () => tx.query(`${select} ${lock} SKIP LOCKED`, [unknown]));
    const known = new Set(free?.map(idOf));
    const [next, ...rest] = unknown.filter((id) => !known.has(id));
    if (next === undefined) return held;
    if (Date.now() > until) return [...held, next, ...rest];
    if (!(await tryLock(tx, () => tx.query(`${select} ${lock}`, [[next]])))) held.push(next);
    unknown = rest;
  }
}

/** The rows that `lockSome` could lock, released again; undefined if others hold them. */
async function tryLock<Result>(tx: Transaction, lockSome: () => Promise<Result>): Promise<Result | undefined> {
  let result: Result | undefined;
  try {
    await tx.attempt(async () => {
      result = await lockSome();
      throw new Released();
    });
  } catch (error) {
    if (!(error instanceof Released || isContention(error))) throw error;
  }
  return result;
}

class Released extends Error {}

function idOf(row: QueryResultRow): string {
  return Object.values(row)[0] as string;
}
