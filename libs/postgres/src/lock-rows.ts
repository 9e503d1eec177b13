import type { QueryResultRow } from 'pg';
import { isContention } from './database-errors.js';
import type { Transaction } from './transaction.js';

export interface RowsToLock<Row> {
  /** Its first column tells the rows apart; its order is that in which they are locked. */
  readonly select: string;
  /** As `FOR NO KEY UPDATE`. */
  readonly lock: string;
  /** What to throw where others hold these rows for longer than the transaction waits. */
  readonly lockedOut: (rows: readonly Row[]) => Error;
}

/**
 * Selects rows and locks them until the transaction ends. An impatient transaction that waits in vain finds out which of
 * them others hold, and rejects with what `lockedOut` makes of them; one that waits long rejects with the lock timeout, as
 * any statement does, and pays nothing for the knowledge.
 */
export async function lockRows<Row extends QueryResultRow>(
  tx: Transaction,
  { select, lock, lockedOut }: RowsToLock<Row>,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const all = () => tx.query<Row>(`${select} ${lock}`, parameters);
  if (!tx.isImpatient) return all();
  try {
    return await tx.attempt(all);
  } catch (error) {
    if (!isContention(error)) throw error;
    const free = await tx.query<Row>(`${select} ${lock} SKIP LOCKED`, parameters);
    const known = new Set(free.map(firstColumn));
    const locked = (await tx.query<Row>(select, parameters)).filter((row) => !known.has(firstColumn(row)));
    if (locked.length > 0) throw lockedOut(locked);
    return free; // whoever held them is done
  }
}

function firstColumn(row: QueryResultRow): unknown {
  return Object.values(row)[0];
}
