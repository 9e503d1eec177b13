import { Logger } from '@nestjs/common';
import { Sweep } from '@orderflow/batching';
import type { Database, Transaction } from '@orderflow/postgres';
import type { DeadLetterTopic } from './dead-letter.topic.js';
import { describeFailure, kindOf } from './failure-policy.js';
import type { HandleAgain, Handlers } from './handlers.js';
import { delayAfter, type RetrySchedule } from './retry-schedule.js';
import type { SetAsideMessage, SetAsideRepository } from './set-aside.repository.js';

const POLL_INTERVAL_MS = 200;

/**
 * Tries set-aside messages again, the head of each queue alone, in the transaction that holds the queue's lock: the
 * effect and the end of the waiting commit together. Every replica does so; none waits for another's queue.
 */
export class Retrier {
  private readonly logger = new Logger('Retrier');
  private sweep: Sweep | undefined;

  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly handlers: Handlers,
    private readonly schedule: RetrySchedule,
  ) {}

  /** @param handleAgain what operators' replays run as well from now on */
  start(handleAgain: HandleAgain): void {
    this.handlers.connect(handleAgain);
    this.sweep = new Sweep(() => this.retryDue(), {
      intervalMs: POLL_INTERVAL_MS,
      onFailure: ({ message }) => this.logger.warn(`Cannot retry, trying again: ${message}`),
    });
    this.sweep.start();
  }

  async stop(): Promise<void> {
    await this.sweep?.stop();
  }

  /** Looks at once for what is due. */
  wake(): void {
    this.sweep?.wake();
  }

  private async retryDue(): Promise<void> {
    while (!this.sweep?.isStopped && (await this.retryNext()));
  }

  /** @returns whether anything was due */
  private retryNext(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const queue = await this.repository.lockDueQueue(tx);
      if (!queue) return false;
      const head = await this.repository.head(tx, queue);
      if (head) await this.retry(tx, head);
      else await this.repository.close(tx, queue);
      return true;
    });
  }

  private async retry(tx: Transaction, head: SetAsideMessage): Promise<void> {
    try {
      await tx.attempt(() => this.handlers.handle(tx, head.message));
    } catch (error) {
      if (kindOf(error) === 'surroundings') throw error;
      return this.fail(tx, head, error);
    }
    if (head.status === 'OPEN') await this.repository.replayed(tx, head.id, 'retry');
    else await this.repository.remove(tx, head.id);
    await this.repository.schedule(tx, head.queue, 0); // the next in line, or the end of the queue
  }

  private async fail(tx: Transaction, head: SetAsideMessage, error: unknown): Promise<void> {
    const attempts = head.attempts + 1;
    const failure = describeFailure(error);
    const delayMs = kindOf(error) === 'permanent' ? undefined : delayAfter(attempts, this.schedule);
    const status = delayMs === undefined ? 'OPEN' : 'RETRYING';
    await this.repository.fail(tx, { id: head.id, status, by: 'retry', failure });
    await this.repository.schedule(tx, head.queue, delayMs ?? null);
    if (status === 'RETRYING' || head.status === 'OPEN') return; // goes on, or was announced before
    const lastFailedAt = new Date();
    const firstFailedAt = head.firstFailedAt ?? lastFailedAt;
    await this.deadLetters.copy(tx, [{ message: head.message, failure, attempts, firstFailedAt, lastFailedAt }]);
    const { topic, partition, offset } = head.message;
    this.logger.error(
      `${topic}[${partition}] offset ${offset} is a dead letter after ${attempts} attempts: ${failure.message}`,
    );
  }
}
