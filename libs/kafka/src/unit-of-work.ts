import type { DecodedMessage, EventDispatcher } from './event-dispatcher.js';
import type { ConsumedMessage } from './messages.js';

/** What is done with messages: read each, then hand those that can be read to their handlers. */
export type EventHandling = Pick<EventDispatcher, 'decode' | 'dispatch'>;

export type { DecodedMessage };

/** What makes a batch of messages take effect once; the transport knows no database, so it is told how. */
export interface UnitOfWork {
  /**
   * In one transaction: takes those of `messages` that have not been handled yet, decodes them, hands them to their
   * handlers in their order, and marks them as handled. What is bad input, or waits behind such a message of its key,
   * is set aside in the same transaction and counts as handled. All or nothing: a rejection leaves no trace.
   */
  run(messages: readonly ConsumedMessage[], handling: EventHandling): Promise<void>;

  /** Sets a message aside that failed with `error` when it stood alone. From then on it is handled. */
  setAside(message: ConsumedMessage, error: unknown): Promise<void>;

  /** Whether an error can be the fault of a message (or of its handler), and not of the database being away. */
  isOwnFault(error: unknown): boolean | Promise<boolean>;
}
