import type { ConsumedMessage } from './messages.js';

/** What makes a batch of messages take effect once; the transport knows no database, so it is told how. */
export interface UnitOfWork<Transaction = unknown> {
  /**
   * Runs `work` in one transaction with those of `messages` that have not taken effect yet, in their order, and
   * marks them as handled in that transaction. All or nothing: a rejection leaves no trace.
   */
  run(
    messages: readonly ConsumedMessage[],
    work: (transaction: Transaction, fresh: readonly ConsumedMessage[]) => Promise<void>,
  ): Promise<void>;

  /** Whether an error can be the fault of a message (or of its handler), and not of the database being away. */
  isOwnFault(error: unknown): boolean;
}
