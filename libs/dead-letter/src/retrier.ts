import { Logger } from '@nestjs/common';
import { Sweep } from '@orderflow/batching';
import type { ConsumedMessage } from '@orderflow/kafka';
import type { Database, Transaction } from '@orderflow/postgres';
import type { DeadLetterTopic } from './dead-letter.topic.js';
import { describeFailure, kindOf } from './failure-policy.js';
import type { Queue } from './queue.js';
import { delayAfter, type RetrySchedule } from './retry-schedule.js';
import type { Head, SetAsideRepository } from './set-aside.repository.js';

export type HandleAgain = (tx: Transaction, message: ConsumedMessage) => Promise<void>;

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
    private readonly schedule: RetrySchedule,
  ) {}

  start(handleAgain: HandleAgain): void {
    this.sweep = new Sweep(() => this.retryDue(handleAgain), {
      intervalMs: POLL_INTERVAL_MS,
      onFailure: ({ message }) => this.logger.warn(`Cannot retry, trying again: ${message}`),
    });
    this.sweep.start();
  }

  async stop(): Promise<void> {
    await this.sweep?.stop();
  }

  private async retryDue(handleAgain: HandleAgain): Promise<void> {
    while (!this.sweep?.isStopped && (await this.retryNext(handleAgain)));
  }

  /** @returns whether anything was due */
  private retryNext(handleAgain: HandleAgain): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const queue = await this.repository.lockDueQueue(tx);
      if (!queue) return false;
      const head = await this.repository.head(tx, queue);
      if (head) await this.retry(tx, queue, head, handleAgain);
      else await this.repository.close(tx, queue);
      return true;
    });
  }

  private async retry(tx: Transaction, queue: Queue, head: Head, handleAgain: HandleAgain): Promise<void> {
    try {
      await tx.attempt(() => handleAgain(tx, head.message));
    } catch (error) {
      if (kindOf(error) === 'surroundings') throw error;
      return this.fail(tx, queue, head, error);
    }
    await this.repository.remove(tx, head.id);
    await this.repository.schedule(tx, queue, 0); // the next in line, or the end of the queue
  }

  private async fail(tx: Transaction, queue: Queue, head: Head, error: unknown): Promise<void> {
    const attempts = head.attempts + 1;
    const failure = describeFailure(error);
    const delayMs = kindOf(error) === 'permanent' ? undefined : delayAfter(attempts, this.schedule, Math.random());
    await this.repository.fail(tx, head.id, delayMs === undefined ? 'OPEN' : 'RETRYING', failure);
    await this.repository.schedule(tx, queue, delayMs ?? null);
    if (delayMs !== undefined) return;
    const lastFailedAt = new Date();
    const firstFailedAt = head.firstFailedAt ?? lastFailedAt;
    await this.deadLetters.copy(tx, [{ message: head.message, failure, attempts, firstFailedAt, lastFailedAt }]);
    const { topic, partition, offset } = head.message;
    this.logger.error(
      `${topic}[${partition}] offset ${offset} is a dead letter after ${attempts} attempts: ${failure.message}`,
    );
  }
}
