import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { PoolClient, QueryResultRow } from 'pg';

const logger = new Logger('Transaction');

/**
 * One database transaction (READ COMMITTED). Everything that is done through it commits together or not at all.
 * It is over when the function it was handed to returns.
 */
export class Transaction {
  private readonly committed: (() => void)[] = [];

  /** @param isImpatient whether it waits only a moment for what others have locked */
  constructor(
    private readonly client: PoolClient,
    readonly isImpatient = false,
  ) {}

  async query<Row extends QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, [...parameters])).rows;
  }

  /**
   * Runs `work` behind a savepoint: when it rejects, nothing of it remains, what it left for the commit neither, and
   * the transaction goes on. The rejection is passed on.
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
   * Runs `action` once the transaction is committed, and never when it isn't. One that throws is logged: the transaction
   * stays committed and the other actions run. It runs in the asynchronous context of the caller, so that it is still
   * known what caused it.
   */
  onCommit(action: () => void): void {
    this.committed.push(AsyncLocalStorage.bind(action));
  }

  /** For whoever opened the transaction, right after its COMMIT. Never throws: a commit can no longer fail. */
  announceCommit(): void {
    for (const action of this.committed) {
      try {
        action();
      } catch (error) {
        logger.error('The transaction is committed, but an action that was to follow it has failed', stackOf(error));
      }
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
