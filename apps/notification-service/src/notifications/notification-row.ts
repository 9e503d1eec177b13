import type { Cause } from '@orderflow/observability';
import type { Notification } from './notification.js';

/** The columns of a notification. */
export const COLUMNS = `notification_id AS "notificationId", customer_id AS "customerId", order_id AS "orderId", type,
  channel, subject, body, status, attempts, created_at AS "createdAt", sent_at AS "sentAt", last_error AS "lastError"`;

export const CAUSE = 'event_id AS "eventId", traceparent, tracestate';

/** {@link COLUMNS} and {@link CAUSE}. */
export interface NotificationRow extends Notification {
  readonly eventId: string | null;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

/** What {@link CAUSE} selects. */
export type CauseColumns = Pick<NotificationRow, 'eventId' | 'traceparent' | 'tracestate'>;

export function causeOf({ eventId, traceparent, tracestate }: CauseColumns): Cause {
  const trace = traceparent === null ? undefined : { traceparent, ...(tracestate !== null && { tracestate }) };
  return { ...(eventId !== null && { eventId }), ...(trace && { trace }) };
}
