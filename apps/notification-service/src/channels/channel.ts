import type { Contact } from '../contacts/contact.js';
import type { Channel, Notification } from '../notifications/notification.js';

/** A notification on its way to its customer. */
export interface OutgoingMessage {
  /** Its id is the same in each attempt: the `webhook-id`, and the `Message-ID` of an e-mail. */
  readonly notification: Notification;
  /** What the template of the channel gives besides subject and body; see `RenderedNotification`. */
  readonly content: string | null;
  /** As it is now; undefined if the customer has none. */
  readonly contact: Contact | undefined;
  /** The time of this attempt, by the clock of the database: that of the replica may be wrong. */
  readonly attemptedAt: Date;
}

/** A way to reach customers that may fail or take long. */
export interface DeliveryChannel {
  readonly channel: Channel;
  /** What to do so that messages can be sent through it; undefined if it is configured. */
  readonly unavailableReason: string | undefined;
  /**
   * Makes one attempt.
   * @param signal ends the attempt
   * @throws {SendFailure}
   */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<void>;
}

/** Every {@link DeliveryChannel} of the service. */
export const DELIVERY_CHANNELS = Symbol('DeliveryChannels');

/**
 * - `unavailable`: the receiver cannot be reached, or is overloaded; other messages to it would fail as well
 * - `rejected`: the receiver does not take this message now; others may be taken
 * - `final`: it never will be taken, such as one to an address that does not exist
 * - `gone`: the receiver wants no more messages (410)
 */
export type FailureKind = 'unavailable' | 'rejected' | 'final' | 'gone';

export class SendFailure extends Error {
  override readonly name = 'SendFailure';

  /** @param message for operators; without secrets, and without what a stranger's server has written, but for its status */
  constructor(
    message: string,
    readonly kind: FailureKind,
    /** When the receiver wants the next attempt at the earliest (`Retry-After`). */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
