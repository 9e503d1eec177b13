import type { Cause } from '@orderflow/observability';
import type { Letter } from './domain/compose.js';

/** A way to a customer. `log`, the service's own output, works with nothing configured. */
export type Channel = 'log';

export type NotificationStatus = 'PENDING' | 'SENT';

export interface Notification extends Letter {
  readonly notificationId: string;
  readonly channel: Channel;
  readonly status: NotificationStatus;
  /** How often it was tried to send it. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}

/** A notification on its way, with what it goes back to. */
export interface Outgoing {
  readonly notification: Notification;
  readonly cause: Cause;
}
