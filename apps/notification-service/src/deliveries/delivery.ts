import type { Cause } from '@orderflow/observability';
import type { OutgoingMessage, SendFailure } from '../channels/channel.js';

/** A message that is due, and the event and trace that caused it. */
export interface Delivery {
  /** The row's id, a bigint as text. */
  readonly position: string;
  /** Attempts so far, since it was created or an operator had it sent again. */
  readonly attempts: number;
  readonly message: OutgoingMessage;
  readonly cause: Cause;
}

/** What is due for one customer through one channel, leased by this replica. */
export interface Lane {
  readonly customerId: string;
  /** Of the webhook, otherwise empty. */
  readonly host: string;
  readonly lease: string;
  /** How often in a row the receiver could not be reached. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** At most one of each order. */
  readonly deliveries: readonly Delivery[];
}

/** One attempt. */
export interface Attempt {
  readonly delivery: Delivery;
  readonly attemptedAt: Date;
  readonly latencyMs: number;
  /** Undefined if the message was sent. */
  readonly failure: SendFailure | undefined;
}
