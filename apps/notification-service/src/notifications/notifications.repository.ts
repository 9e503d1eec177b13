import { Injectable } from '@nestjs/common';
import { redactText } from '@orderflow/observability';
import { Database, storableText, type Transaction } from '@orderflow/postgres';
import type { FailedSend, Notification, NotificationStatus, Outgoing } from './notification.js';
import { retryAfterMs } from './retry-after.js';

export interface NotificationFilter {
  readonly customerId?: string;
  readonly orderId?: string;
  readonly type?: string;
  readonly status?: NotificationStatus;
}

const COLUMNS = `notification_id AS "notificationId", customer_id AS "customerId", order_id AS "orderId", type, channel, subject, body,
  status, attempts, created_at AS "createdAt", sent_at AS "sentAt", last_error AS "lastError"`;

const CAUSE = 'event_id AS "eventId", traceparent, tracestate';

interface OutgoingRow extends Notification {
  readonly eventId: string | null;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

const SENT = "status = 'SENT', attempts = attempts + 1, sent_at = clock_timestamp()";

/**
 * Those before one that is `due`, of its order, that are tried again. Not by `status = 'PENDING'`: Postgres believes the index of
 * what is pending to be empty, and would read all of it for each that is due.
 */
const TRIED_AGAIN_BEFORE_IT = `SELECT FROM notifications
  WHERE order_id = due.order_id AND notification_id < due.notification_id AND attempts > 0 AND status NOT IN ('SENT', 'FAILED')`;

/** How long a notification is left to the replica that wrote it. */
const LEFT_BEHIND = '2 seconds';
const LONGEST_ERROR = 500;

@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, written: readonly Outgoing[]): Promise<void> {
    const notifications = written.map(({ notification }) => notification);
    await tx.query(
      `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at,
                                  event_id, traceparent, tracestate)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                            $10::text[], $11::text[], $12::text[])`,
      [
        notifications.map(({ notificationId }) => notificationId),
        notifications.map(({ customerId }) => customerId),
        notifications.map(({ orderId }) => orderId),
        notifications.map(({ type }) => type),
        notifications.map(({ channel }) => channel),
        notifications.map(({ subject }) => subject),
        notifications.map(({ body }) => body),
        notifications.map(({ status }) => status),
        notifications.map(({ createdAt }) => createdAt),
        written.map(({ cause }) => cause.eventId),
        written.map(({ cause }) => cause.trace?.traceparent),
        written.map(({ cause }) => cause.trace?.tracestate),
      ],
    );
  }

  /**
   * Marks those that were never tried and that no other replica has in hand, unless one before them of their order is
   * tried again. In the order in which they were written.
   */
  markSent(tx: Transaction, notificationIds: readonly string[]): Promise<Outgoing[]> {
    const fresh = "notification_id = ANY($1::uuid[]) AND status = 'PENDING' AND attempts = 0";
    return this.mark(tx, `${fresh} AND NOT EXISTS (${TRIED_AGAIN_BEFORE_IT}) FOR UPDATE SKIP LOCKED`, [
      notificationIds,
    ]);
  }

  /** The same for the oldest that are due and that whoever wrote them has not sent in time. */
  markLeftBehindSent(tx: Transaction, limit: number): Promise<Outgoing[]> {
    const leftBehind = `status = 'PENDING' AND created_at < now() - interval '${LEFT_BEHIND}'
      AND (next_attempt_at IS NULL OR next_attempt_at <= now()) AND NOT EXISTS (${TRIED_AGAIN_BEFORE_IT})`;
    return this.mark(tx, `${leftBehind} ORDER BY notification_id LIMIT $1 FOR UPDATE SKIP LOCKED`, [limit]);
  }

  /**
   * Corrects what was marked in this transaction and could not be sent: it is due again after a while, or has failed for good.
   * @returns those that have failed for good
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
        failed.map(({ error }) => storableText(redactText(error.message, LONGEST_ERROR))),
        delays,
      ],
    );
    return failed.filter((_, n) => delays[n] === null);
  }

  /** Takes the mark off those that were not tried, since one before them of their order has failed. */
  async unmark(tx: Transaction, untried: readonly Outgoing[]): Promise<void> {
    if (untried.length === 0) return;
    await tx.query(
      `UPDATE notifications SET status = 'PENDING', attempts = attempts - 1, sent_at = NULL WHERE notification_id = ANY($1::uuid[])`,
      [untried.map(({ notification }) => notification.notificationId)],
    );
  }

  private async mark(tx: Transaction, which: string, values: unknown[]): Promise<Outgoing[]> {
    const rows = await tx.query<OutgoingRow & object>(
      `WITH sent AS (UPDATE notifications SET ${SENT}
                     WHERE notification_id IN (SELECT notification_id FROM notifications AS due WHERE ${which})
                     RETURNING ${COLUMNS}, ${CAUSE})
       SELECT * FROM sent ORDER BY "notificationId"`,
      values,
    );
    return rows.map(toOutgoing);
  }

  /** Newest first. @param before the id of the last notification of the page before */
  list(
    filter: NotificationFilter,
    { before, limit }: { before: string | null; limit: number },
  ): Promise<Notification[]> {
    return this.database.query<Notification & object>(
      `SELECT ${COLUMNS} FROM notifications
       WHERE ($1::text IS NULL OR customer_id = $1)
         AND ($2::text IS NULL OR order_id = $2)
         AND ($3::text IS NULL OR type = $3)
         AND ($4::text IS NULL OR status = $4)
         AND ($5::uuid IS NULL OR notification_id < $5)
       ORDER BY notification_id DESC LIMIT $6`,
      [filter.customerId, filter.orderId, filter.type, filter.status, before, limit],
    );
  }
}

function toOutgoing({ eventId, traceparent, tracestate, ...notification }: OutgoingRow): Outgoing {
  const trace = traceparent === null ? undefined : { traceparent, ...(tracestate !== null && { tracestate }) };
  return { notification, cause: { ...(eventId !== null && { eventId }), ...(trace && { trace }) } };
}
