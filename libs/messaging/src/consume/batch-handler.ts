import { PositionLost } from '../envelope/message-errors.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { bisect } from '@orderflow/concurrency';
import type { ConsumerMetrics } from './consumer.metrics.js';
import type { EventDispatcher } from './event-dispatcher.js';
import { handlingTogether } from '../envelope/event-spans.js';
import { LockedByOthers } from '../envelope/locked-by-others.js';
import { fieldsOf } from '../envelope/message-fields.js';
import { bytesOf, type ConsumedMessage, partitionOf, placeOf } from '../envelope/message.js';
import type { PartitionPositions } from './partition-positions.js';
import type { ReadMessage, UnitOfWork } from './unit-of-work.js';

/** Why a partition does not move. */
export interface Failure {
  readonly attempts: number;
  readonly error: string;
}

export interface BatchHandlerParts {
  readonly unitOfWork: UnitOfWork;
  readonly dispatcher: EventDispatcher;
  readonly metrics: ConsumerMetrics;
  readonly positions: PartitionPositions;
  readonly onProgress: () => void;
  /** Told where the consumer has to ask anew where to go on. */
  readonly onPositionLost: (error: PositionLost) => void;
}

/** A message; undefined beside it: nobody here handles its type. */
type Readings = Map<ConsumedMessage, ReadMessage | undefined>;

/** What a batch has come to so far. */
interface Outcome {
  readonly handled: Set<ConsumedMessage>;
  /** Partitions that wait for a message that can't even be set aside. */
  readonly stuck: Set<string>;
}

/** Others may have their turn between messages of so many bytes. */
const BYTES_PER_TURN = 65_536;
/** How long to look for the messages that want what others hold. What is left then is tried again later. */
const SEARCH_MS = 3_000;
/** Steps that have to work before the next ones are twice as large. */
const STEPS_OF_A_SIZE = 4;
/** After rows were locked for too long, nobody waits for them in vain for so long. */
const IMPATIENT_FOR_MS = 15_000;

/**
 * Handles a batch as one transaction, and splits it when it fails until the culprit stands alone, which is set aside.
 * Only what can't even be set aside stays in Kafka: then its partition waits, and the others go on.
 */
export class BatchHandler {
  private readonly logger = new Logger('BatchHandler');
  private readonly failing = new Map<string, Failure>();
  private impatientUntil = 0;

  constructor(private readonly parts: BatchHandlerParts) {}

  /** Failures by partition, of those that fail now. */
  get failures(): ReadonlyMap<string, Failure> {
    return this.failing;
  }

  /** Forgets the failures of partitions that are another replica's from now on. */
  keepOnly(partitions: ReadonlySet<string>): void {
    for (const partition of this.failing.keys()) if (!partitions.has(partition)) this.failing.delete(partition);
  }

  /** Says for each message whether it is handled: its effect is committed, or nobody here handles its type. Never rejects. */
  async handle(messages: readonly ConsumedMessage[]): Promise<readonly boolean[]> {
    const outcome: Outcome = { handled: new Set(), stuck: new Set() };
    const { handled, stuck } = outcome;
    try {
      const readings = await this.read(messages);
      await bisect(messages, {
        attempt: (some) =>
          this.attempt(
            some.filter((message) => !stuck.has(partitionOf(message))),
            readings,
            outcome,
          ),
        mayBePoison: (error) => !this.isContention(error) && this.isOwnFault(error),
        onPoison: (message, error) => this.setAside(message, error as Error, outcome),
      }).catch((error: unknown) => {
        if (!this.isContention(error)) throw error;
        this.becomeImpatient();
        const rest = messages.filter((message) => !handled.has(message));
        return this.stepThrough(rest, readings, outcome);
      });
    } catch (error) {
      this.waitForSurroundings(
        messages.filter((message) => !handled.has(message)),
        error as Error,
      );
      if (error instanceof PositionLost) this.parts.onPositionLost(error);
    }
    const waiting = new Set(messages.filter((message) => !handled.has(message)).map(partitionOf));
    for (const partition of new Set(messages.map(partitionOf))) {
      if (!waiting.has(partition)) this.failing.delete(partition);
    }
    return messages.map((message) => handled.has(message));
  }

  /** Before any transaction: what is expensive to read holds no locks, and keeps nobody from his turn. */
  private async read(messages: readonly ConsumedMessage[]): Promise<Readings> {
    const readings = new Map<ConsumedMessage, ReadMessage | undefined>();
    let bytes = 0;
    for (const message of messages) {
      if (bytes > BYTES_PER_TURN) {
        await nextTurn();
        bytes = 0;
      }
      bytes += bytesOf(message);
      readings.set(message, this.readOne(message));
    }
    return readings;
  }

  private readOne(message: ConsumedMessage): ReadMessage | undefined {
    try {
      return this.parts.dispatcher.decode(message);
    } catch (error) {
      return { message, failure: error as Error };
    }
  }

  /** Handles messages together; those that want what others have locked are set aside where a handler can say which they are. */
  private async attempt(messages: readonly ConsumedMessage[], readings: Readings, outcome: Outcome): Promise<void> {
    if (messages.length === 0) return;
    try {
      await this.handleTogether(messages, readings, outcome);
    } catch (error) {
      if (!(error instanceof LockedByOthers) || error.messages.length === 0) throw error;
      this.becomeImpatient();
      for (const message of error.messages) readings.set(message, { message, failure: error });
      this.logger.warn(`${error.message}: setting aside what wants it (${error.messages.length})`);
      await this.attempt(messages, readings, outcome); // which ends: with each time fewer are left for the handlers
    }
  }

  private async handleTogether(messages: readonly ConsumedMessage[], readings: Readings, outcome: Outcome) {
    const { unitOfWork, dispatcher, metrics, positions, onProgress } = this.parts;
    const work = async () => {
      await positions.know(messages);
      const progress = positions.after(messages);
      await unitOfWork.run({
        messages: messages.flatMap((message) => readings.get(message) ?? []),
        progress,
        dispatch: dispatcher.dispatch.bind(dispatcher),
        impatient: Date.now() < this.impatientUntil,
      });
      positions.move(progress);
    };
    await metrics.measureBatch(messages.length, () => handlingTogether(messages, work)).finally(onProgress);
    for (const message of messages) outcome.handled.add(message);
    dispatcher.countSkipped(messages);
  }

  /**
   * Handles messages once more, now that nobody waits for long. Where that does not do, in small steps that grow while they
   * work, since many of them may want what others have locked: halving would meet one of those in every half. Whoever fails
   * alone is set aside. It ends after a while; the rest comes again.
   */
  private async stepThrough(messages: readonly ConsumedMessage[], readings: Readings, outcome: Outcome): Promise<void> {
    let until = Number.POSITIVE_INFINITY;
    let size = messages.length;
    let worked = 0;
    for (let at = 0; at < messages.length;) {
      const step = messages.slice(at, at + size);
      try {
        await this.attempt(
          step.filter((message) => !outcome.stuck.has(partitionOf(message))),
          readings,
          outcome,
        );
        at += size;
        worked += 1;
        if (worked % STEPS_OF_A_SIZE === 0) size *= 2;
      } catch (error) {
        if (Date.now() > until || !(await this.isOwnFault(error))) throw error;
        const [message] = step as [ConsumedMessage];
        if (size === 1) await this.setAside(message, error as Error, outcome);
        at += size === 1 ? 1 : 0;
        [size, worked] = [1, 0];
        until = Math.min(until, Date.now() + SEARCH_MS);
      }
    }
  }

  private async isOwnFault(error: unknown): Promise<boolean> {
    return !(error instanceof PositionLost) && (await this.parts.unitOfWork.isOwnFault(error));
  }

  private isContention(error: unknown): boolean {
    return this.parts.unitOfWork.isContention(error);
  }

  private becomeImpatient(): void {
    this.impatientUntil = Date.now() + IMPATIENT_FOR_MS;
  }

  private waitForSurroundings(messages: readonly ConsumedMessage[], error: Error): void {
    this.logger.warn(`Waiting for the surroundings: ${error.message}`);
    const isContention = this.isContention(error);
    if (isContention) this.becomeImpatient();
    for (const partition of new Set(messages.map(partitionOf))) {
      if (isContention) this.failing.delete(partition); // some of it worked: the rest follows soon
      this.count(partition, error);
    }
  }

  private async setAside(message: ConsumedMessage, error: Error, { handled, stuck }: Outcome): Promise<void> {
    const place = placeOf(message);
    if (stuck.has(partitionOf(message))) return;
    try {
      const progress = this.parts.positions.after([message]);
      await this.parts.unitOfWork.setAside(message, error, progress);
      this.parts.positions.move(progress);
      handled.add(message);
      this.logger.warn(`${place} is set aside: ${error.message}`, fieldsOf(message));
    } catch (failure) {
      if (failure instanceof PositionLost) this.parts.onPositionLost(failure);
      stuck.add(partitionOf(message));
      this.count(partitionOf(message), failure as Error);
      this.logger.error(
        `${place} failed (${error.message}) and cannot be set aside: ${(failure as Error).message}`,
        fieldsOf(message),
      );
    }
  }

  private count(partition: string, { message }: Error): number {
    const attempts = (this.failing.get(partition)?.attempts ?? 0) + 1;
    this.failing.set(partition, { attempts, error: message });
    return attempts;
  }
}
