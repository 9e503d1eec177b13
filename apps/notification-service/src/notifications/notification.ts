import type { ComposedNotification, NotificationType } from './domain/compose-notification.js';

/** Each type; a missing one does not compile. */
export const NOTIFICATION_TYPES = Object.keys({
  ORDER_CREATED: true,
  ORDER_CANCELLED: true,
  ORDER_PARTIALLY_FULFILLED: true,
  ORDER_FULFILLED: true,
  INVENTORY_RESERVED: true,
  INVENTORY_INSUFFICIENT: true,
} satisfies Record<NotificationType, true>) as NotificationType[];

/** How a customer is reached. `log`, the service's own output, is for customers without a contact, and needs no configuration. */
export const CHANNELS = ['log', 'email', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** `FAILED`: the last attempt to send it failed too; it is not tried again. */
export const NOTIFICATION_STATUSES = ['PENDING', 'SENT', 'FAILED'] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

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

/** One attempt to send a notification. */
export interface SendAttempt {
  readonly attemptedAt: Date;
  readonly status: 'SENT' | 'FAILED';
  readonly latencyMs: number;
  readonly error: string | null;
}

/** What became of a notification on its channel. */
export interface NotificationDelivery {
  readonly channel: Channel;
  readonly status: NotificationStatus;
  /** Null if none follows, or if it waits for an earlier one of its order. */
  readonly nextAttemptAt: Date | null;
  /** The latest, oldest first; none for `log`, which is written at once. */
  readonly attempts: readonly SendAttempt[];
}

export interface DetailedNotification extends Notification {
  readonly deliveries: readonly NotificationDelivery[];
}
