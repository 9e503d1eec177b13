import { Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { cutText } from '@orderflow/observability';
import { isObservable, lastValueFrom } from 'rxjs';
import { BatchContext } from './batch.context.js';
import { decodeCloudEvent, type DecodedMessage, type EventClass, typeOf } from '../envelope/cloud-event.js';
import { processing } from '../envelope/event-spans.js';
import { LockedByOthers } from '../envelope/locked-by-others.js';
import { fieldsOf } from '../envelope/message-fields.js';
import { assertDecoded } from '../kafka/kafkajs/kafkajs-undecodable-batch.js';
import { type ConsumedMessage, headerOf } from '../envelope/message.js';

/** The second argument of `@EventPattern(topic, handles(OrderCreated))`. */
export type EventPatternExtras = {
  readonly events: ReadonlyMap<string, EventClass>;
};

/**
 * Says which events an `@EventPattern(topic, handles(…))` method takes. It gets all new ones of a batch at once, as
 * `CloudEvent[]` in their order, decoded and validated; types that are not named here are skipped and counted.
 */
export function handles(...events: readonly (EventClass & { readonly type: string })[]): EventPatternExtras {
  return { events: new Map(events.map((event) => [event.type, event])) };
}

/** Of a topic: what others send must not fill the memory of whoever skips it. */
const MAX_SKIPPED_TYPES = 50;
const LONGEST_TYPE = 100;

/** Reads messages and hands them to the one handler of their topic. */
export class EventDispatcher {
  private readonly logger = new Logger('EventDispatcher');

  /** How many events nobody handled since the process started, by topic and type; beyond 50 types of a topic as `other`. */
  readonly skipped = new Map<string, number>();
  /** How many types of a topic {@link skipped} has by their names. */
  private readonly skippedTypes = new Map<string, number>();

  /** @param handlers by topic; they may still be added until {@link assertComplete} */
  constructor(
    private readonly handlers: ReadonlyMap<string, MessageHandler>,
    private readonly consumerGroup: string,
  ) {}

  /** @throws where a topic has two handlers, or one that does not say which events it takes */
  assertComplete(): void {
    for (const [topic, handler] of this.handlers) {
      if (handler.next) throw new Error(`Topic ${topic} has two handlers: a batch is one transaction, so give it one`);
      if (!eventsOf(handler)) throw new Error(`The handler of topic ${topic} names no events: use handles(…)`);
    }
  }

  get topics(): string[] {
    return [...this.handlers.keys()];
  }

  /** The types that are handled, by topic. */
  get types(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.handlers].map(([topic, handler]) => [topic, [...(eventsOf(handler)?.keys() ?? [])]]));
  }

  /**
   * Reads a message; undefined where nobody handles its type.
   * @throws {PermanentError} where it is bad input
   */
  decode(message: ConsumedMessage): DecodedMessage | undefined {
    assertDecoded(message);
    const eventClass = eventsOf(this.handlers.get(message.topic))?.get(typeOf(message));
    return eventClass && { message, event: decodeCloudEvent(message, eventClass) };
  }

  /** Counts those of `messages`, which are through, that nobody handles, and says once of each type that it is so. */
  countSkipped(messages: readonly ConsumedMessage[]): void {
    for (const message of messages) {
      const type = headerOf(message, 'ce_type');
      if (type === undefined || eventsOf(this.handlers.get(message.topic))?.has(type)) continue;
      const name = this.nameOfSkipped(message.topic, cutText(type, LONGEST_TYPE));
      if (!this.skipped.has(name)) this.logger.log(`${name} is not handled here: skipped, and counted`);
      this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
    }
  }

  private nameOfSkipped(topic: string, type: string): string {
    const name = `${topic} ${type}`;
    if (this.skipped.has(name)) return name;
    const types = this.skippedTypes.get(topic) ?? 0;
    if (types === MAX_SKIPPED_TYPES) return `${topic} other`;
    this.skippedTypes.set(topic, types + 1);
    return name;
  }

  /**
   * Runs the handlers one after another in `transaction`, each with the events of its topic; the first rejection ends it.
   * @throws {LockedByOthers} with its messages, where a handler throws it; and whatever else a handler throws
   */
  async dispatch(transaction: unknown, messages: readonly DecodedMessage[]): Promise<void> {
    for (const [topic, handler] of this.handlers) {
      const due = messages.filter(({ message }) => message.topic === topic);
      if (due.length === 0) continue;
      await processing(due, this.consumerGroup, () => run(handler, due, transaction));
      for (const { message, event } of due) {
        this.logger.debug(`Handled ${event.type}`, () => fieldsOf(message, event.data));
      }
    }
  }
}

async function run(handler: MessageHandler, due: readonly DecodedMessage[], transaction: unknown): Promise<void> {
  try {
    const result: unknown = await handler(
      due.map(({ event }) => event),
      new BatchContext([transaction]),
    );
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  } catch (error) {
    throw error instanceof LockedByOthers ? error.among(due.map(({ message }) => message)) : error;
  }
}

function eventsOf(handler: MessageHandler | undefined): EventPatternExtras['events'] | undefined {
  return handler?.extras?.['events'] as EventPatternExtras['events'] | undefined;
}
