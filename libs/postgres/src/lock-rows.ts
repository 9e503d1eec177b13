import type { QueryResultRow } from 'pg';
import { isContention } from './database-errors.js';
import type { Transaction } from './transaction.js';

export interface RowsToLock {
  /** Its first column is the id, its parameter the ids, its order that in which rows are locked everywhere. */
  readonly select: string;
  /** As `FOR NO KEY UPDATE`. */
  readonly lock: string;
  /** What to throw where others hold the rows of these ids for longer than the transaction waits. */
  readonly lockedOut: (ids: readonly string[]) => Error;
}

/** How long to find out who is in the way, some rows at a time. */
const SEARCH_MS = 1_500;

/**
 * Selects rows and locks them until the transaction ends. Where others hold some of them, an impatient transaction finds out
 * which they hold for longer than it waits, and rejects with what `lockedOut` makes of these. One that waits long rejects with
 * the lock timeout, as any statement does, and pays nothing for the knowledge.
 */
export async function lockRows<Row extends QueryResultRow>(
  tx: Transaction,
  rows: RowsToLock,
  ids: readonly string[],
): Promise<Row[]> {
  const { select, lock, lockedOut } = rows;
  if (tx.isImpatient) {
    const held = await heldIds(tx, rows, ids);
    if (held.length > 0) throw lockedOut(held);
  }
  return tx.query<Row>(`${select} ${lock}`, [ids]);
}

/**
 * The ids of those that others do not let go of. While it waits for one it holds no other of them: else two that wait for a third would take each
 * other for the one in the way.
 */
async function heldIds(tx: Transaction, { select, lock }: RowsToLock, ids: readonly string[]): Promise<string[]> {
  const free = await letGo(tx, () => tx.query(`${select} ${lock} SKIP LOCKED`, [ids]));
  const known = new Set(free?.map(idOf));
  const all = await tx.query(select, [ids]);
  const until = Date.now() + SEARCH_MS;
  const held: string[] = [];
  for (const id of all.map(idOf).filter((each) => !known.has(each))) {
    const lockOne = () => tx.query(`${select} ${lock}`, [[id]]);
    if (Date.now() > until || !(await letGo(tx, lockOne))) held.push(id);
  }
  return held;
}

/** What `lockSome` has locked, which is free again; undefined where others were in the way. */
async function letGo<Result>(tx: Transaction, lockSome: () => Promise<Result>): Promise<Result | undefined> {
  let result: Result | undefined;
  try {
    await tx.attempt(async () => {
      result = await lockSome();
      throw new LetGo();
    });
  } catch (error) {
    if (!(error instanceof LetGo || isContention(error))) throw error;
  }
  return result;
}

class LetGo extends Error {}

function idOf(row: QueryResultRow): string {
  return Object.values(row)[0] as string;
}
