import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { PoolClient, QueryResultRow } from 'pg';
import {
  isDatabaseUnavailable,
  isTransactionAborted,
  CommitOutcomeUnknown,
  TransactionAborted,
} from './database-errors.js';
import type { PreparedStatement } from './prepared.js';

const logger = new Logger('Transaction');

/**
 * One database transaction (READ COMMITTED). Everything that is done through it is committed together or not at all.
 * It ends when the function that received it returns.
 *
 * Statements run in the order of the calls. Calls that do not await each other share a round trip.
 */
export class Transaction {
  private readonly committed: (() => void)[] = [];
  private readonly pipelined: Promise<unknown>[] = [];
  private hasEnded = false;

  /** @param hasShortLockTimeout whether it waits for locks only briefly; {@link lockRows} then finds out who holds them */
  constructor(
    private readonly client: PoolClient,
    readonly hasShortLockTimeout = false,
  ) {}

  async query<Row extends QueryResultRow>(
    statement: string | PreparedStatement,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    if (this.hasEnded) throw new Error('This transaction has ended: await each query in it, or use pipeline');
    return (await this.client.query<Row>(statement, [...parameters])).rows;
  }

  /**
   * Sends a statement that nothing waits for, so that it shares a round trip with those that follow, COMMIT included. If it
   * fails, the transaction is rolled back and rejects with its error.
   * @param use called with its rows, before the commit actions
   */
  pipeline<Row extends QueryResultRow>(
    statement: string | PreparedStatement,
    parameters: readonly unknown[] = [],
    use: (rows: Row[]) => void = () => undefined,
  ): void {
    this.hold(this.query<Row>(statement, parameters).then(use));
  }

  private hold(result: Promise<unknown>): void {
    result.catch(() => undefined); // reported by commit, or by the statement that fails because of it
    this.pipelined.push(result);
  }

  /**
   * Runs `work` after a savepoint. If it rejects, its changes are rolled back, its commit actions are dropped, and the
   * transaction can continue. The error is rethrown.
   */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const [actions, statements] = [this.committed.length, this.pipelined.length];
    await this.client.query('SAVEPOINT attempt');
    try {
      const result = await work();
      await Promise.all(this.pipelined.slice(statements));
      await this.client.query('RELEASE SAVEPOINT attempt');
      return result;
    } catch (error) {
      this.committed.length = actions;
      const cause = await this.causeOf(error, statements);
      this.pipelined.length = statements;
      await this.client.query('ROLLBACK TO SAVEPOINT attempt');
      throw cause;
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

  /** Sends BEGIN, which shares the round trip of the first statement. Only {@link Database} begins and ends transactions. */
  begin(lockTimeoutMs?: number): void {
    const begin = lockTimeoutMs === undefined ? 'BEGIN' : `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}`;
    this.hold(this.client.query(begin));
  }

  /**
   * Sends COMMIT behind the statements that nothing waited for.
   * @throws the error of the first of these that failed; nothing is committed then
   * @throws {TransactionAborted} if another statement failed, and its error was caught
   * @throws {CommitOutcomeUnknown} if the connection was lost
   */
  async commit(): Promise<void> {
    this.hasEnded = true;
    const [commit, ...statements] = await Promise.allSettled([this.client.query('COMMIT'), ...this.pipelined]);
    if (commit.status === 'rejected') {
      throw isDatabaseUnavailable(commit.reason) ? new CommitOutcomeUnknown(commit.reason) : commit.reason;
    }
    const failed = statements.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failed) throw failed.reason;
    // Postgres responds to COMMIT with ROLLBACK if a statement of the transaction has failed, even if the error was caught.
    if (commit.value.command === 'ROLLBACK') throw new TransactionAborted();
  }

  /** Rolls back, unless COMMIT has been sent. */
  async rollback(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.client.query('ROLLBACK');
  }

  /** The error that caused `error`: after a statement that nothing waited for has failed, all others fail because of it. */
  async causeOf(error: unknown, from = 0): Promise<unknown> {
    if (!isTransactionAborted(error)) return error;
    const settled = await Promise.allSettled(this.pipelined.slice(from));
    const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    return reasons.find((reason) => !isTransactionAborted(reason)) ?? error;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
