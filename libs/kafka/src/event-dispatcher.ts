import type { MessageHandler } from '@nestjs/microservices';
import { lastValueFrom, isObservable } from 'rxjs';
import { BatchContext } from './batch.context.js';
import { type CloudEvent, decodeCloudEvent, type EventClass, typeOf } from './cloud-event.js';
import type { ConsumedMessage } from './messages.js';

/** The second argument of `@EventPattern(topic, handles(OrderCreated))`. */
export type EventPatternExtras = {
  readonly events: ReadonlyMap<string, EventClass>;
};

/** Event types without a handler that were skipped, by topic and type, since the process started. */
export type SkippedEvents = Map<string, number>;

/**
 * Says which events an `@EventPattern(topic, handles(…))` method takes. It gets all new ones of a batch at once, as
 * `CloudEvent[]` in their order, decoded and validated; types that are not named here are skipped and counted.
 */
export function handles(...events: readonly (EventClass & { readonly type: string })[]): EventPatternExtras {
  return { events: new Map(events.map((event) => [event.type, event])) };
}

/** Hands the messages of a batch to the one handler of their topic. */
export class EventDispatcher {
  readonly skipped: SkippedEvents = new Map();

  /** @param handlers by topic; they may still be added until {@link assertComplete} */
  constructor(private readonly handlers: ReadonlyMap<string, MessageHandler>) {}

  /** @throws where a topic has two handlers, or one that does not say which events it takes */
  assertComplete(): void {
    for (const [topic, handler] of this.handlers) {
      if (handler.next) throw new Error(`Topic ${topic} has two handlers: a batch is one transaction, so give it one`);
      if (!extrasOf(handler)) throw new Error(`The handler of topic ${topic} names no events: use handles(…)`);
    }
  }

  get topics(): string[] {
    return [...this.handlers.keys()];
  }

  /** Runs the handlers one after another in `transaction`; the first rejection ends it. */
  async dispatch(transaction: unknown, messages: readonly ConsumedMessage[]): Promise<void> {
    for (const [topic, handler] of this.handlers) {
      const events = this.decode(
        handler,
        messages.filter((message) => message.topic === topic),
      );
      if (events.length === 0) continue;
      const result: unknown = await handler(events, new BatchContext([transaction]));
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    }
  }

  private decode(handler: MessageHandler, messages: readonly ConsumedMessage[]): CloudEvent[] {
    return messages.flatMap((message) => {
      const type = typeOf(message);
      const eventClass = extrasOf(handler)?.events.get(type);
      if (eventClass) return [decodeCloudEvent(message, eventClass)];
      const name = `${message.topic} ${type}`;
      this.skipped.set(name, (this.skipped.get(name) ?? 0) + 1);
      return [];
    });
  }
}

function extrasOf(handler: MessageHandler): EventPatternExtras | undefined {
  return handler.extras?.['events'] ? (handler.extras as unknown as EventPatternExtras) : undefined;
}
