import { Injectable, Logger } from '@nestjs/common';
import { bisect } from '@orderflow/concurrency';
import { isContention } from '@orderflow/postgres';
import { LockedByOthers } from '../envelope/locked-by-others.js';
import { PositionLost } from '../envelope/message-errors.js';
import { fieldsOf } from '../envelope/message-fields.js';
import { type ConsumedMessage, partitionOf, placeOf } from '../envelope/message.js';
import { FailurePolicy } from '../parking/failure-policy.js';
import { ConsumeBatch } from './consume-batch.js';
import { EventDispatcher } from './dispatch/event-dispatcher.js';
import { PartitionFailures } from './partition-failures.js';
import { isSkipped, type ReadMessage, readBatch } from './read-batch.js';

/** What has become of a batch so far. */
class Progress {
  /** Messages that are handled, parked or skipped, with the transaction committed. */
  readonly settled = new Set<ConsumedMessage>();
  /** Partitions that wait for a message that can be neither handled nor parked, with the reason. */
  readonly stuck = new Map<string, Error>();
  /** Messages that need rows that others have locked: the next attempt parks them. */
  readonly locked = new Map<ConsumedMessage, Error>();

  /** The messages whose partitions can move on; those in {@link locked} as failed, so that they are parked. */
  thatCanMoveOn(batch: readonly ReadMessage[]): ReadMessage[] {
    return batch
      .filter(({ message }) => !this.stuck.has(partitionOf(message)))
      .map((read) => {
        const failure = this.locked.get(read.message);
        return failure ? { message: read.message, failure } : read;
      });
  }
}

/** How long to look for the messages that need rows that others have locked. The rest of the batch is tried again later. */
const SEARCH_MS = 3_000;
/** This many steps have to work before the next ones are twice as large. */
const STEPS_OF_A_SIZE = 4;
/** How long batches use the short lock timeout after one of them waited for a lock in vain. */
const SHORT_LOCK_TIMEOUT_FOR_MS = 15_000;

/**
 * Consumes a batch in one transaction. If that fails, it consumes the batch in smaller ones until the poison message stands
 * alone, and parks it. If it cannot be parked either, it stays in Kafka: its partition waits, and the others go on.
 */
@Injectable()
export class BatchRecovery {
  private readonly logger = new Logger('BatchRecovery');
  private shortLockTimeoutUntil = 0;
  private attemptedAt = 0;
  readonly failures = new PartitionFailures();

  constructor(
    private readonly consumeBatch: ConsumeBatch,
    private readonly dispatcher: EventDispatcher,
    private readonly policy: FailurePolicy,
  ) {}

  /** When a transaction last ended, in milliseconds since the epoch; 0: none has. */
  get lastAttemptAt(): number {
    return this.attemptedAt;
  }

  /**
   * Never rejects.
   * @returns for each message why it is not settled; undefined if it is handled, parked, or skipped
   */
  async consume(messages: readonly ConsumedMessage[]): Promise<readonly (Error | undefined)[]> {
    const progress = new Progress();
    let failure: Error | undefined;
    try {
      await this.consumeInParts(await readBatch(messages, this.dispatcher), progress);
    } catch (error) {
      failure = error as Error;
      this.noteWaiting(
        messages.filter((message) => !progress.settled.has(message)),
        failure,
      );
    }
    const outcomes = messages.map((message) =>
      progress.settled.has(message) ? undefined : (progress.stuck.get(partitionOf(message)) ?? failure),
    );
    this.failures.clearExcept(messages, new Set(messages.filter((_, n) => outcomes[n]).map(partitionOf)));
    return outcomes;
  }

  private async consumeInParts(batch: readonly ReadMessage[], progress: Progress): Promise<void> {
    try {
      await bisect(batch, {
        attempt: (some) => this.attempt(some, progress),
        mayBePoison: (error) => !isContention(error) && this.mayBePoison(error),
        onPoison: (read, error) => this.parkPoison(read, error as Error, progress),
      });
    } catch (error) {
      if (!isContention(error)) throw error;
      this.shortenLockTimeout();
      const rest = batch.filter(({ message }) => !progress.settled.has(message));
      await this.stepThrough(rest, progress);
    }
  }

  /** Consumes messages together. If a handler names those that need rows that others have locked, these are parked. */
  private async attempt(batch: readonly ReadMessage[], progress: Progress): Promise<void> {
    const some = progress.thatCanMoveOn(batch);
    if (some.length === 0) return;
    try {
      await this.consumeBatch.execute(some, { hasShortLockTimeout: Date.now() < this.shortLockTimeoutUntil });
      for (const { message } of some) progress.settled.add(message);
    } catch (error) {
      if (!(error instanceof LockedByOthers) || error.messages.length === 0) throw error;
      this.shortenLockTimeout();
      this.logger.warn(`${error.message}: parking the ${error.messages.length} messages that need it`);
      for (const message of error.messages) progress.locked.set(message, error);
      await this.attempt(batch, progress); // This ends: each time fewer messages are left for the handlers.
    } finally {
      this.attemptedAt = Date.now();
    }
  }

  /**
   * Consumes messages once more, now with the short lock timeout. If that fails, it takes steps of one message, and doubles
   * them after every four successes: many messages may need the locked rows, and bisection would meet one of them in every
   * half. A message that fails alone is parked. The search ends after {@link SEARCH_MS}; the rest is delivered again.
   */
  private async stepThrough(batch: readonly ReadMessage[], progress: Progress): Promise<void> {
    let until = Number.POSITIVE_INFINITY;
    let size = batch.length;
    let worked = 0;
    for (let at = 0; at < batch.length;) {
      const step = batch.slice(at, at + size);
      try {
        await this.attempt(step, progress);
        at += size;
        worked += 1;
        if (worked % STEPS_OF_A_SIZE === 0) size *= 2;
      } catch (error) {
        if (Date.now() > until || !(await this.mayBePoison(error))) throw error;
        const [alone] = size === 1 ? step : [];
        if (alone) {
          await this.parkPoison(alone, error as Error, progress);
          at += 1;
        }
        [size, worked] = [1, 0];
        until = Math.min(until, Date.now() + SEARCH_MS);
      }
    }
  }

  private async mayBePoison(error: unknown): Promise<boolean> {
    return (await this.policy.kindOf(error)) !== 'unavailable';
  }

  private shortenLockTimeout(): void {
    this.shortLockTimeoutUntil = Date.now() + SHORT_LOCK_TIMEOUT_FOR_MS;
  }

  private noteWaiting(messages: readonly ConsumedMessage[], error: Error): void {
    const partitions = new Set(messages.map(partitionOf));
    if (isContention(error)) {
      this.shortenLockTimeout();
      this.failures.clear(partitions); // Some of it worked: the rest follows soon.
    }
    for (const partition of partitions) this.failures.count(partition, error);
    if (!(error instanceof PositionLost)) {
      this.logger.warn(`Consuming is paused and tries again by itself: ${error.message}`);
    }
  }

  /** @throws `error` if nothing handles the message: then it cannot be the cause */
  private async parkPoison(read: ReadMessage, error: Error, progress: Progress): Promise<void> {
    const { message } = read;
    if (isSkipped(read)) throw error;
    const partition = partitionOf(message);
    if (progress.stuck.has(partition)) return;
    try {
      await this.consumeBatch.parkAlone(message, error);
      progress.settled.add(message);
      this.logger.warn(`${placeOf(message)} is parked: ${error.message}`, fieldsOf(message));
    } catch (failure) {
      const { message: why } = failure as Error;
      progress.stuck.set(partition, failure as Error);
      this.failures.count(partition, failure as Error);
      this.logger.error(
        `${placeOf(message)} failed (${error.message}) and cannot be parked: ${why}`,
        fieldsOf(message),
      );
    }
  }
}
