import type { Cause } from '@orderflow/observability';
import type { Letter } from './domain/compose.js';

/** A way to a customer. `log`, the service's own output, works with nothing configured. */
export type Channel = 'log';

/** `FAILED`: it could not be sent, and is not tried again. */
export type NotificationStatus = 'PENDING' | 'SENT' | 'FAILED';

export interface Notification extends Letter {
  readonly notificationId: string;
  readonly channel: Channel;
  readonly status: NotificationStatus;
  /** How often it was tried to send it. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  /** Why the last attempt that failed did so; without secrets. */
  readonly lastError: string | null;
}

/** A notification on its way, with what it goes back to. */
export interface Outgoing {
  readonly notification: Notification;
  readonly cause: Cause;
}

/** A notification that could not be sent. */
export interface FailedSend extends Outgoing {
  readonly error: Error;
}
