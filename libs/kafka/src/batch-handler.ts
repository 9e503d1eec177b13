import { Logger } from '@nestjs/common';
import { isolateCulprits } from '@orderflow/batching';
import type { ConsumerMetrics } from './consumer.metrics.js';
import type { EventDispatcher } from './event-dispatcher.js';
import { handlingTogether } from './event-spans.js';
import { fieldsOf } from './message-fields.js';
import { type ConsumedMessage, placeOf } from './messages.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Why a partition does not move. */
export interface Failure {
  readonly attempts: number;
  readonly error: string;
}

/**
 * Handles a batch as one transaction, and splits it when it fails until the culprit stands alone, which is set aside.
 * Only what can't even be set aside stays in Kafka: then its partition waits, and the others go on.
 */
export class BatchHandler {
  private readonly logger = new Logger('BatchHandler');
  private readonly failing = new Map<string, Failure>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly dispatcher: EventDispatcher,
    private readonly metrics: ConsumerMetrics,
    private readonly onProgress: () => void,
  ) {}

  /** Failures by partition, of those that fail now. */
  get failures(): ReadonlyMap<string, Failure> {
    return this.failing;
  }

  /** Says for each message whether it is handled: its effect is committed, or nobody here handles its type. Never rejects. */
  async handle(messages: readonly ConsumedMessage[]): Promise<readonly boolean[]> {
    const handled = new Set<ConsumedMessage>();
    const stuck = new Set<string>();
    try {
      await isolateCulprits(messages, {
        attempt: (some) =>
          this.attempt(
            some.filter((message) => !stuck.has(partitionOf(message))),
            handled,
          ),
        isOwnFault: (error) => this.unitOfWork.isOwnFault(error),
        onCulprit: (message, error) => this.setAside(message, error as Error, { handled, stuck }),
      });
    } catch (error) {
      this.waitForSurroundings(
        messages.filter((message) => !handled.has(message)),
        error as Error,
      );
    }
    const waiting = new Set(messages.filter((message) => !handled.has(message)).map(partitionOf));
    for (const partition of new Set(messages.map(partitionOf))) {
      if (!waiting.has(partition)) this.failing.delete(partition);
    }
    return messages.map((message) => handled.has(message));
  }

  private async attempt(messages: readonly ConsumedMessage[], handled: Set<ConsumedMessage>): Promise<void> {
    if (messages.length === 0) return;
    const work = () => handlingTogether(messages, () => this.unitOfWork.run(messages, this.dispatcher));
    await this.metrics.measureBatch(messages.length, work).finally(this.onProgress);
    for (const message of messages) handled.add(message);
    this.dispatcher.countSkipped(messages);
  }

  private waitForSurroundings(messages: readonly ConsumedMessage[], error: Error): void {
    this.logger.warn(`Waiting for the surroundings: ${error.message}`);
    for (const partition of new Set(messages.map(partitionOf))) this.count(partition, error);
  }

  private async setAside(
    message: ConsumedMessage,
    error: Error,
    { handled, stuck }: { handled: Set<ConsumedMessage>; stuck: Set<string> },
  ): Promise<void> {
    const place = placeOf(message);
    if (stuck.has(partitionOf(message))) return;
    try {
      await this.unitOfWork.setAside(message, error);
      handled.add(message);
      this.logger.warn(`${place} is set aside: ${error.message}`, fieldsOf(message));
    } catch (failure) {
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

/** A partition as people write it: `order-events[2]`. */
export function partitionOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}[${partition}]`;
}
