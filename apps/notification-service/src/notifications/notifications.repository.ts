import { Injectable } from '@nestjs/common';
import { redactText } from '@orderflow/observability';
import {
  Database,
  type Found,
  type IndexPage,
  prepared,
  searchIndex,
  storableText,
  type Transaction,
} from '@orderflow/postgres';
import { type FailedSend, type Notification, type OutgoingNotification } from './notification.js';
import { indexFor, type NotificationFilter } from './notification-index.js';
import { retryAfterMs } from './sending/retry-after.js';

const COLUMNS = `notification_id AS "notificationId", customer_id AS "customerId", order_id AS "orderId", type, channel, subject, body,
  status, attempts, created_at AS "createdAt", sent_at AS "sentAt", last_error AS "lastError"`;

const CAUSE = 'event_id AS "eventId", traceparent, tracestate';

interface OutgoingNotificationRow extends Notification {
  readonly eventId: string | null;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

const INSERT = prepared(
  `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, attempts, created_at, sent_at,
                              event_id, traceparent, tracestate)
   SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::integer[],
                        $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::text[])`,
);

const SENT = "status = 'SENT', attempts = attempts + 1, sent_at = clock_timestamp()";

/**
 * Earlier notifications of the same order that have failed and will be tried again. The condition avoids `status = 'PENDING'`
 * on purpose: Postgres estimates the partial index of pending rows as empty, and would read all of it for each `due` row.
 */
const EARLIER_RETRY = `SELECT FROM notifications
  WHERE order_id = due.order_id AND notification_id < due.notification_id AND attempts > 0 AND status NOT IN ('SENT', 'FAILED')`;

/** How long the replica that stored a notification has to send it before any replica may. */
const STALE_AFTER = '2 seconds';
const MAX_ERROR_LENGTH = 500;

/** How many notifications a page searches at most for usual ones. */
const MAX_SEARCHED = 1_000;

@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  insert(tx: Transaction, written: readonly OutgoingNotification[]): void {
    const notifications = written.map(({ notification }) => notification);
    tx.pipeline(INSERT, [
      notifications.map(({ notificationId }) => notificationId),
      notifications.map(({ customerId }) => customerId),
      notifications.map(({ orderId }) => orderId),
      notifications.map(({ type }) => type),
      notifications.map(({ channel }) => channel),
      notifications.map(({ subject }) => subject),
      notifications.map(({ body }) => body),
      notifications.map(({ status }) => status),
      notifications.map(({ attempts }) => attempts),
      notifications.map(({ createdAt }) => createdAt),
      notifications.map(({ sentAt }) => sentAt),
      written.map(({ cause }) => cause.eventId),
      written.map(({ cause }) => cause.trace?.traceparent),
      written.map(({ cause }) => cause.trace?.tracestate),
    ]);
  }

  /**
   * Marks new notifications as sent. Skips those that were tried before, that another transaction has locked, or that wait
   * for an earlier one of their order.
   * @returns the marked ones, oldest first
   */
  markSent(tx: Transaction, notificationIds: readonly string[]): Promise<OutgoingNotification[]> {
    const fresh = "notification_id = ANY($1::uuid[]) AND status = 'PENDING' AND attempts = 0";
    return this.mark(tx, `${fresh} AND NOT EXISTS (${EARLIER_RETRY}) FOR UPDATE SKIP LOCKED`, [notificationIds]);
  }

  /** The same for the oldest stale notifications that are due. */
  markStaleSent(tx: Transaction, limit: number): Promise<OutgoingNotification[]> {
    const stale = `status = 'PENDING' AND created_at < now() - interval '${STALE_AFTER}'
      AND (next_attempt_at IS NULL OR next_attempt_at <= now()) AND NOT EXISTS (${EARLIER_RETRY})`;
    return this.mark(tx, `${stale} ORDER BY notification_id LIMIT $1 FOR UPDATE SKIP LOCKED`, [limit]);
  }

  /**
   * Corrects notifications that this transaction has marked as sent and that could not be sent: each is due again later, or
   * `FAILED` after its last attempt.
   * @returns those that are `FAILED`
   */
  async markFailed(tx: Transaction, failed: readonly FailedSend[]): Promise<FailedSend[]> {
    if (failed.length === 0) return [];
    const delays = failed.map(({ notification }) => retryAfterMs(notification.attempts) ?? null);
    await tx.query(
      `UPDATE notifications SET status = CASE WHEN delay_ms IS NULL THEN 'FAILED' ELSE 'PENDING' END, sent_at = NULL,
         last_error = failed.error, next_attempt_at = clock_timestamp() + delay_ms * interval '1 millisecond'
       FROM unnest($1::uuid[], $2::text[], $3::integer[]) AS failed (id, error, delay_ms) WHERE notification_id = failed.id`,
      [
        failed.map(({ notification }) => notification.notificationId),
        failed.map(({ error }) => storableText(redactText(error.message, MAX_ERROR_LENGTH))),
        delays,
      ],
    );
    return failed.filter((_, n) => delays[n] === null);
  }

  /** Makes notifications pending again that were not tried, because an earlier one of their order has failed. */
  async unmark(tx: Transaction, untried: readonly OutgoingNotification[]): Promise<void> {
    if (untried.length === 0) return;
    await tx.query(
      `UPDATE notifications SET status = 'PENDING', attempts = attempts - 1, sent_at = NULL WHERE notification_id = ANY($1::uuid[])`,
      [untried.map(({ notification }) => notification.notificationId)],
    );
  }

  private async mark(tx: Transaction, which: string, values: unknown[]): Promise<OutgoingNotification[]> {
    const rows = await tx.query<OutgoingNotificationRow & object>(
      `WITH sent AS (UPDATE notifications SET ${SENT}
                     WHERE notification_id IN (SELECT notification_id FROM notifications AS due WHERE ${which})
                     RETURNING ${COLUMNS}, ${CAUSE})
       SELECT * FROM sent ORDER BY "notificationId"`,
      values,
    );
    return rows.map(toOutgoingNotification);
  }

  /** Newest first. @param before the id of the last notification of the previous page */
  list(
    filter: NotificationFilter,
    { before, limit }: { before: string | null; limit: number },
  ): Promise<Found<Notification>> {
    const { where = {}, ...index } = indexFor(filter);
    const page: IndexPage = {
      table: 'notifications',
      ...index,
      select: COLUMNS,
      key: 'notification_id',
      keyType: 'uuid',
      order: 'DESC',
      below: before,
      limit,
    };
    return searchIndex<Notification>(this.database, page, { where, atMost: MAX_SEARCHED });
  }
}

function toOutgoingNotification({
  eventId,
  traceparent,
  tracestate,
  ...notification
}: OutgoingNotificationRow): OutgoingNotification {
  const trace = traceparent === null ? undefined : { traceparent, ...(tracestate !== null && { tracestate }) };
  return { notification, cause: { ...(eventId !== null && { eventId }), ...(trace && { trace }) } };
}
