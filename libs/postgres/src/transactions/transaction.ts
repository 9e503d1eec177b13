import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { PoolClient, QueryResultRow } from 'pg';

const logger = new Logger('Transaction');

/**
 * One database transaction (READ COMMITTED). Everything that is done through it is committed together or not at all.
 * It ends when the function that received it returns.
 */
export class Transaction {
  private readonly committed: (() => void)[] = [];

  /** @param hasShortLockTimeout whether it waits for locks only briefly; {@link lockRows} then finds out who holds them */
  constructor(
    private readonly client: PoolClient,
    readonly hasShortLockTimeout = false,
  ) {}

  async query<Row extends QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, [...parameters])).rows;
  }

  /**
   * Runs `work` after a savepoint. If it rejects, its changes are rolled back, its commit actions are dropped, and the
   * transaction can continue. The error is rethrown.
   */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.committed.length;
    await this.client.query('SAVEPOINT attempt');
    try {
      const result = await work();
      await this.client.query('RELEASE SAVEPOINT attempt');
      return result;
    } catch (error) {
      this.committed.length = before;
      await this.client.query('ROLLBACK TO SAVEPOINT attempt');
      throw error;
    }
  }

  /**
   * Runs `action` after the transaction has been committed, and never if it is not. An error of an action is logged: the
   * transaction stays committed and the other actions run. It runs in the asynchronous context of the caller, which knows
   * the cause.
   */
  onCommit(action: () => void): void {
    this.committed.push(AsyncLocalStorage.bind(action));
  }

  /** Called right after COMMIT. Never throws: a commit can no longer fail. */
  runCommitActions(): void {
    for (const action of this.committed) {
      try {
        action();
      } catch (error) {
        logger.error('The transaction is committed, but one of its commit actions failed', stackOf(error));
      }
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
