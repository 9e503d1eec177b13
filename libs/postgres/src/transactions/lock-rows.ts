import type { QueryResultRow } from 'pg';
import { isContention } from './database-errors.js';
import { prepared, type PreparedStatement } from './prepared.js';
import type { Transaction } from './transaction.js';

/** Rows that a transaction locks, by their ids. */
export interface RowsToLock {
  readonly select: string;
  readonly lock: string;
  readonly selectAndLock: PreparedStatement;
}

/**
 * @param select the first column is the id, the parameter is the list of ids, and the order is the same wherever these rows
 * are locked
 * @param lock such as `FOR NO KEY UPDATE`
 */
export function rowsToLock(select: string, lock: string): RowsToLock {
  return { select, lock, selectAndLock: prepared(`${select} ${lock}`) };
}

/** How long to search for the rows that others hold. */
const SEARCH_MS = 1_500;

/**
 * Selects rows and locks them until the transaction ends. If other transactions hold some of them for longer than the lock
 * timeout, a transaction with a short one finds out which ones, and rejects with the error that `lockedOut` makes of their ids. Any other transaction
 * rejects with the lock timeout, as for any statement, and does not search.
 */
export async function lockRows<Row extends QueryResultRow>(
  tx: Transaction,
  rows: RowsToLock,
  { ids, lockedOut }: { readonly ids: readonly string[]; readonly lockedOut: (ids: readonly string[]) => Error },
): Promise<Row[]> {
  if (tx.hasShortLockTimeout) {
    const held = await heldIds(tx, rows, ids);
    if (held.length > 0) throw lockedOut(held);
  }
  return tx.query<Row>(rows.selectAndLock, [ids]);
}

/**
 * Locks rows of two tables by {@link lockRows}, the first table's first, in one round trip. With a short lock timeout one
 * after the other, since the search rolls back to savepoints, and with them whatever runs beside it.
 */
export async function lockBoth<First, Second>(
  tx: Transaction,
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[First, Second]> {
  return tx.hasShortLockTimeout ? [await first(), await second()] : Promise.all([first(), second()]);
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
