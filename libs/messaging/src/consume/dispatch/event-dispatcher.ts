import { Inject, Injectable, Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { DatabaseNotReady, type Transaction } from '@orderflow/postgres';
import { isObservable, lastValueFrom } from 'rxjs';
import { decodeCloudEvent, type DecodedMessage, type EventClass, typeOf } from '../../envelope/cloud-event.js';
import { processing } from '../../envelope/event-spans.js';
import { LockedByOthers } from '../../envelope/locked-by-others.js';
import { TypeNotHandled } from '../../envelope/message-errors.js';
import { fieldsOf } from '../../envelope/message-fields.js';
import { type ConsumedMessage, headerOf } from '../../envelope/message.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';
import { EventMetrics } from '../../kafka/event.metrics.js';
import { assertDecoded } from '../../kafka/kafkajs/kafkajs-undecodable-batch.js';
import { BatchContext } from './batch.context.js';
import { SkippedTypes } from './skipped-types.js';

/** The second argument of `@EventPattern(topic, handles(OrderCreated))`. */
export type EventPatternExtras = {
  readonly events: ReadonlyMap<string, EventClass>;
};

/**
 * Declares the events that an `@EventPattern(topic, handles(…))` method handles. It gets all new ones of a batch at once
 * as `CloudEvent[]`, in their order, decoded and validated. Other types are skipped and counted.
 */
export function handles(...events: readonly EventClass[]): EventPatternExtras {
  return { events: new Map(events.map((event) => [event.type, event])) };
}

/** Decodes messages and passes their events to the handler of their topic, for deliveries, retries and replays. */
@Injectable()
export class EventDispatcher {
  private readonly logger = new Logger('EventDispatcher');
  private readonly skippedTypes = new SkippedTypes();
  private handlers: ReadonlyMap<string, MessageHandler> = new Map();

  constructor(
    @Inject(CONSUMER_GROUP) private readonly consumerGroup: string,
    private readonly events: EventMetrics,
  ) {}

  /**
   * @param handlers of the service, by topic
   * @throws if a topic has two handlers, or one that does not declare its events
   */
  connect(handlers: ReadonlyMap<string, MessageHandler>): void {
    for (const [topic, handler] of handlers) {
      if (handler.next) throw new Error(`Topic ${topic} has two handlers: a batch is one transaction, so give it one`);
      const types = eventsOf(handler)?.keys();
      if (!types) throw new Error(`The handler of topic ${topic} names no events: use handles(…)`);
      this.events.distinguish(topic, types);
    }
    this.handlers = handlers;
  }

  /** Whether {@link connect} has been called. */
  get isConnected(): boolean {
    return this.handlers.size > 0;
  }

  get topics(): string[] {
    return [...this.handlers.keys()];
  }

  /** The number of skipped events since the process started, by topic and type. */
  get skipped(): ReadonlyMap<string, number> {
    return this.skippedTypes.counts;
  }

  /**
   * Decodes and validates a message; undefined if its type has no handler.
   * @throws {PermanentError} if it is bad input
   */
  decode(message: ConsumedMessage): DecodedMessage | undefined {
    assertDecoded(message);
    const eventClass = eventsOf(this.handlers.get(message.topic))?.get(typeOf(message));
    return eventClass && { message, event: decodeCloudEvent(message, eventClass) };
  }

  /**
   * Runs the handlers one after another in `tx`, each with the events of its topic, up to the first that rejects.
   * @throws {LockedByOthers} with its messages, if a handler throws it; and any other error of a handler
   */
  async dispatch(tx: Transaction, messages: readonly DecodedMessage[]): Promise<void> {
    for (const [topic, handler] of this.handlers) {
      const due = messages.filter(({ message }) => message.topic === topic);
      if (due.length === 0) continue;
      await processing(due, this.consumerGroup, () => run(handler, due, tx));
      for (const { message, event } of due) {
        this.logger.debug(`Handled ${event.type}`, () => fieldsOf(message, event.data));
      }
    }
  }

  /**
   * Decodes parked messages and runs their handlers in `tx`, as for a batch. They must be decoded inside the transaction,
   * since the locks determine which messages they are. That takes milliseconds, because values above 256 KiB are not parsed.
   * @throws {DatabaseNotReady} while the service starts
   * @throws {PermanentError} if one is bad input
   * @throws {TypeNotHandled} if this version of the service does not handle the type of one
   * @throws {LockedByOthers} as {@link dispatch}
   */
  async handleAgain(tx: Transaction, messages: readonly ConsumedMessage[]): Promise<void> {
    if (!this.isConnected) throw new DatabaseNotReady('the service is starting');
    const decoded = messages.flatMap((message) => this.decode(message) ?? rejectType(message));
    await this.dispatch(tx, decoded);
    tx.onCommit(() => {
      for (const message of messages) this.events.countAttempt(message, 'succeeded');
      this.events.countHandled(messages);
    });
  }

  /** Counts the settled `messages` whose type has no handler. */
  countSkipped(messages: readonly ConsumedMessage[]): void {
    for (const message of messages) {
      const type = headerOf(message, 'ce_type');
      if (type === undefined || eventsOf(this.handlers.get(message.topic))?.has(type)) continue;
      this.skippedTypes.count(message.topic, type);
    }
  }
}

async function run(handler: MessageHandler, due: readonly DecodedMessage[], tx: Transaction): Promise<void> {
  try {
    const result: unknown = await handler(
      due.map(({ event }) => event),
      new BatchContext([tx]),
    );
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  } catch (error) {
    throw error instanceof LockedByOthers ? error.among(due.map(({ message }) => message)) : error;
  }
}

function rejectType({ topic }: ConsumedMessage): never {
  throw new TypeNotHandled(`no handler here takes this type of event of ${topic}`);
}

function eventsOf(handler: MessageHandler | undefined): EventPatternExtras['events'] | undefined {
  return handler?.extras?.['events'] as EventPatternExtras['events'] | undefined;
}
