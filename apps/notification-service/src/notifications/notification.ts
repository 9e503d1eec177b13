import type { Cause } from '@orderflow/observability';
import type { ComposedNotification } from './domain/compose-notification.js';

/** How a customer is reached. `log`, the service's own output, needs no configuration. */
export type Channel = 'log';

/** `FAILED`: the last attempt to send it failed too; it is not tried again. */
export type NotificationStatus = 'PENDING' | 'SENT' | 'FAILED';

export interface Notification extends ComposedNotification {
  readonly notificationId: string;
  readonly channel: Channel;
  readonly status: NotificationStatus;
  /** Number of attempts to send it. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  /** The error of the last failed attempt, with secrets redacted. */
  readonly lastError: string | null;
}

/** A notification to send, and the event and trace that caused it. */
export interface OutgoingNotification {
  readonly notification: Notification;
  readonly cause: Cause;
}

/** A notification that could not be sent. */
export interface FailedSend extends OutgoingNotification {
  readonly error: Error;
}
