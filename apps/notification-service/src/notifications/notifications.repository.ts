import { Injectable } from '@nestjs/common';
import type { Cause } from '@orderflow/observability';
import {
  Database,
  type Found,
  type IndexPage,
  prepared,
  recordingChanges,
  rowOfCustomer,
  searchIndex,
  type Transaction,
} from '@orderflow/postgres';
import { validate as isUuid } from 'uuid';
import { AS_NOTIFICATION_CHANGE, NOTIFICATION_CHANGES } from './live/notification-changes.js';
import type { DetailedNotification, Notification, SendAttempt } from './notification.js';
import { indexFor, type NotificationFilter } from './notification-index.js';
import { COLUMNS } from './notification-row.js';

export interface NewNotification {
  /** The database's clock gives the rest: that of a replica may be wrong. */
  readonly notification: Omit<Notification, 'createdAt' | 'sentAt'>;
  /** What its channel sends besides subject and body. */
  readonly content: string | null;
  readonly cause: Cause;
}

const INSERT = prepared(
  recordingChanges(NOTIFICATION_CHANGES, {
    changed: `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, content, status, attempts,
        event_id, traceparent, tracestate, created_at, sent_at, next_attempt_at)
      SELECT *, now(), CASE WHEN status = 'SENT' THEN clock_timestamp() END, CASE WHEN status = 'PENDING' THEN timestamptz 'infinity' END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::integer[],
                  $11::text[], $12::text[], $13::text[])
        AS added (id, customer, order_id, type, channel, subject, body, content, status)
      RETURNING notifications.*`,
    data: AS_NOTIFICATION_CHANGE,
  }),
);
const SEND_AGAIN = recordingChanges(NOTIFICATION_CHANGES, {
  changed: `UPDATE notifications SET status = 'PENDING', sent_at = NULL, next_attempt_at = 'infinity' WHERE notification_id = $1
    RETURNING notifications.*`,
  data: AS_NOTIFICATION_CHANGE,
});
const findNotification = rowOfCustomer<Notification>(`SELECT ${COLUMNS} FROM notifications WHERE notification_id = $1`);
const MAX_ATTEMPTS_SHOWN = 100;

/** How many notifications a page searches at most for usual ones. */
const MAX_SEARCHED = 1_000;

@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  /** The transaction must have written something before; see `recordingChanges`. */
  insert(tx: Transaction, created: readonly NewNotification[]): void {
    if (created.length === 0) return;
    const notifications = created.map(({ notification }) => notification);
    tx.pipeline(INSERT, [
      notifications.map(({ notificationId }) => notificationId),
      notifications.map(({ customerId }) => customerId),
      notifications.map(({ orderId }) => orderId),
      notifications.map(({ type }) => type),
      notifications.map(({ channel }) => channel),
      notifications.map(({ subject }) => subject),
      notifications.map(({ body }) => body),
      created.map(({ content }) => content),
      notifications.map(({ status }) => status),
      notifications.map(({ attempts }) => attempts),
      created.map(({ cause }) => cause.eventId),
      created.map(({ cause }) => cause.trace?.traceparent),
      created.map(({ cause }) => cause.trace?.tracestate),
    ]);
  }

  /**
   * With its latest attempts, oldest first.
   * @param customerId if given, another customer's does not exist
   */
  async find(notificationId: string, customerId?: string): Promise<DetailedNotification | undefined> {
    if (!isUuid(notificationId)) return undefined;
    const [notification, [delivery], attempts] = await Promise.all([
      findNotification(this.database, notificationId, customerId),
      this.database.query<{ at: Date | null }>(
        "SELECT nullif(next_attempt_at, 'infinity') AS at FROM deliveries WHERE notification_id = $1",
        [notificationId],
      ),
      this.database.query<SendAttempt & object>(
        `SELECT attempted_at AS "attemptedAt", status, latency_ms AS "latencyMs", error FROM delivery_attempts
         WHERE notification_id = $1 ORDER BY attempted_at DESC LIMIT ${MAX_ATTEMPTS_SHOWN}`,
        [notificationId],
      ),
    ]);
    if (!notification) return undefined;
    const { channel, status } = notification;
    const nextAttemptAt = delivery?.at ?? null;
    return { ...notification, deliveries: [{ channel, status, nextAttemptAt, attempts: attempts.reverse() }] };
  }

  /** The notification, if it exists, locked until the transaction ends. */
  async lock(tx: Transaction, notificationId: string): Promise<Notification | undefined> {
    if (!isUuid(notificationId)) return undefined;
    const [row] = await tx.query<Notification & object>(
      `SELECT ${COLUMNS} FROM notifications WHERE notification_id = $1 FOR NO KEY UPDATE`,
      [notificationId],
    );
    return row;
  }

  /** Makes a notification `PENDING` again; it must be locked, and be queued in the same transaction. */
  markPending(tx: Transaction, notificationId: string): void {
    tx.pipeline(SEND_AGAIN, [notificationId]);
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
