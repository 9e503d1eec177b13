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
import { type ReadMessage, readBatch } from './read-batch.js';

/** What a batch has come to so far. */
class Progress {
  readonly handled = new Set<ConsumedMessage>();
  /** Partitions that wait for a message that cannot even be parked, with the reason. */
  readonly stuck = new Map<string, Error>();
  /** Messages that want what others have locked: they are parked with the rest of their batch. */
  readonly locked = new Map<ConsumedMessage, Error>();

  /** Those of a batch that can move on. */
  remaining(batch: readonly ReadMessage[]): ReadMessage[] {
    return batch
      .filter(({ message }) => !this.stuck.has(partitionOf(message)))
      .map((read) => {
        const failure = this.locked.get(read.message);
        return failure ? { message: read.message, failure } : read;
      });
  }
}

/** How long to look for the messages that want what others hold. What is left then is tried again later. */
const SEARCH_MS = 3_000;
/** Steps that have to work before the next ones are twice as large. */
const STEPS_OF_A_SIZE = 4;
/** After rows were locked for too long, nobody waits for them in vain for so long. */
const IMPATIENT_FOR_MS = 15_000;

/**
 * Consumes a batch as one transaction and, where that fails, in smaller ones until the poison message stands alone, which
 * is parked. Only what cannot even be parked stays in Kafka: its partition waits, and the others go on.
 */
@Injectable()
export class BatchRecovery {
  private readonly logger = new Logger('BatchRecovery');
  private impatientUntil = 0;
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
   * @returns for each message why it is not handled; undefined where its effect is committed, it is parked, or nobody here
   * handles its type
   */
  async consume(messages: readonly ConsumedMessage[]): Promise<readonly (Error | undefined)[]> {
    const progress = new Progress();
    let failure: Error | undefined;
    try {
      await this.consumeInParts(await readBatch(messages, this.dispatcher), progress);
    } catch (error) {
      failure = error as Error;
      this.waitForDependency(
        messages.filter((message) => !progress.handled.has(message)),
        failure,
      );
    }
    const outcomes = messages.map((message) =>
      progress.handled.has(message) ? undefined : (progress.stuck.get(partitionOf(message)) ?? failure),
    );
    this.failures.clearExcept(messages, new Set(messages.filter((_, n) => outcomes[n]).map(partitionOf)));
    return outcomes;
  }

  private async consumeInParts(batch: readonly ReadMessage[], progress: Progress): Promise<void> {
    try {
      await bisect(batch, {
        attempt: (some) => this.attempt(some, progress),
        mayBePoison: (error) => !isContention(error) && this.mayBePoison(error),
        onPoison: (read, error) => this.park(read, error as Error, progress),
      });
    } catch (error) {
      if (!isContention(error)) throw error;
      this.becomeImpatient();
      const rest = batch.filter(({ message }) => !progress.handled.has(message));
      await this.stepThrough(rest, progress);
    }
  }

  /** Consumes messages together. Those that want what others have locked are parked, where a handler can name them. */
  private async attempt(batch: readonly ReadMessage[], progress: Progress): Promise<void> {
    const some = progress.remaining(batch);
    if (some.length === 0) return;
    try {
      await this.consumeBatch.execute(some, { isImpatient: Date.now() < this.impatientUntil });
      for (const { message } of some) progress.handled.add(message);
    } catch (error) {
      if (!(error instanceof LockedByOthers) || error.messages.length === 0) throw error;
      this.becomeImpatient();
      this.logger.warn(`${error.message}: parking the ${error.messages.length} messages that need it`);
      for (const message of error.messages) progress.locked.set(message, error);
      await this.attempt(batch, progress); // This ends: each time fewer messages are left for the handlers.
    } finally {
      this.attemptedAt = Date.now();
    }
  }

  /**
   * Consumes messages once more, now that nobody waits for long. Where that fails, in small steps that grow while they
   * work, since many messages may want what others have locked: halving would meet one of those in every half. Whatever
   * fails alone is parked. It ends after a while; the rest comes again.
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
          await this.park(alone, error as Error, progress);
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

  private becomeImpatient(): void {
    this.impatientUntil = Date.now() + IMPATIENT_FOR_MS;
  }

  private waitForDependency(messages: readonly ConsumedMessage[], error: Error): void {
    const partitions = new Set(messages.map(partitionOf));
    if (isContention(error)) {
      this.becomeImpatient();
      this.failures.clear(partitions); // some of it worked: the rest follows soon
    }
    for (const partition of partitions) this.failures.count(partition, error);
    if (!(error instanceof PositionLost)) {
      this.logger.warn(`Consuming waits and tries again by itself: ${error.message}`);
    }
  }

  private async park({ message }: ReadMessage, error: Error, progress: Progress): Promise<void> {
    const partition = partitionOf(message);
    if (progress.stuck.has(partition)) return;
    try {
      await this.consumeBatch.park(message, error);
      progress.handled.add(message);
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
