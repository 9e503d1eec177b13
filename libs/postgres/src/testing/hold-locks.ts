import type { Database } from '../database/database.js';

/**
 * Runs `lock` in a transaction that holds its locks however slow the machine is: no timeout ends it.
 * @returns a function that ends the transaction
 */
export async function holdLocks(database: Database, lock: string): Promise<() => Promise<void>> {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  let holding = Promise.resolve();
  await new Promise<void>((locked) => {
    holding = database.transaction(async (tx) => {
      await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      await tx.query('SET LOCAL transaction_timeout = 0');
      await tx.query(lock);
      locked();
      await ended;
    });
  });
  return async () => {
    end();
    await holding;
  };
}
