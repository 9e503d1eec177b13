import { Injectable } from '@nestjs/common';
import { redactText } from '@orderflow/observability';
import { Database, prepared, recordingChanges, storableText, type Transaction } from '@orderflow/postgres';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { AS_NOTIFICATION_CHANGE, NOTIFICATION_CHANGES } from '../notifications/live/notification-changes.js';
import type { Channel } from '../notifications/notification.js';
import type { Attempt, Lane } from './delivery.js';
import type { SettledLane, Settlement } from './settle-lane.js';

/** What a replica did with a lane, and what becomes of it. */
export interface ServedLane {
  readonly lane: Lane;
  readonly attempts: readonly (Attempt & { readonly settlement: Settlement })[];
  readonly settled: SettledLane;
  /** The webhook that is disabled from now on, and why. */
  readonly disabled: { readonly url: string; readonly reason: string } | undefined;
}

const MAX_ERROR_LENGTH = 500;

/** In the order of their keys, as whoever adds deliveries locks them. */
const LOCK_LANES = prepared(
  'SELECT FROM delivery_lanes WHERE channel = $1 AND customer_id = ANY ($2::text[]) ORDER BY channel, customer_id FOR UPDATE',
);
/** An erased customer has no lane. */
const ADD_ATTEMPTS = prepared(
  `INSERT INTO delivery_attempts (notification_id, attempted_at, status, latency_ms, error)
   SELECT attempt.* FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::int[], $5::text[]) AS attempt (notification_id, attempted_at, status, latency_ms, error)
   WHERE EXISTS (SELECT FROM notifications known JOIN delivery_lanes lane ON lane.channel = $6 AND lane.customer_id = known.customer_id
                 WHERE known.notification_id = attempt.notification_id)`,
);
const SETTLE = prepared(
  recordingChanges(NOTIFICATION_CHANGES, {
    changed: `UPDATE notifications SET status = settled.status, attempts = notifications.attempts + 1, last_error = coalesce(error, last_error),
        sent_at = CASE WHEN settled.status = 'SENT' THEN clock_timestamp() END
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS settled (id, status, error)
      WHERE notification_id = settled.id AND notifications.status = 'PENDING'
      RETURNING notifications.*`,
    data: AS_NOTIFICATION_CHANGE,
  }),
);
const NOTE_FAILURE = prepared(
  `UPDATE notifications SET attempts = notifications.attempts + 1, last_error = failed.error
   FROM unnest($1::uuid[], $2::text[]) AS failed (id, error) WHERE notification_id = failed.id AND status = 'PENDING'`,
);
const DELETE = prepared('DELETE FROM deliveries WHERE position = ANY ($1::bigint[])');
const RETRY_LATER = prepared(
  `UPDATE deliveries SET attempts = deliveries.attempts + 1, next_attempt_at = clock_timestamp() + delay_ms * interval '1 millisecond'
   FROM unnest($1::bigint[], $2::int[]) AS failed (id, delay_ms) WHERE position = failed.id`,
);
/** The next ones of the orders of which one is settled. */
const MAKE_NEXT_DUE = prepared(
  `UPDATE deliveries SET next_attempt_at = clock_timestamp()
   FROM (SELECT (SELECT position FROM deliveries WHERE channel = $1 AND customer_id = settled.customer_id AND order_id = settled.order_id
                 ORDER BY channel, customer_id, order_id, position LIMIT 1) AS next
         FROM unnest($2::text[], $3::text[]) AS settled (customer_id, order_id)) AS first
   WHERE position = next AND next_attempt_at = 'infinity'`,
);
/** A lane whose lease has ended meanwhile belongs to another replica. */
const RELEASE_LANES = prepared(
  `UPDATE delivery_lanes lane SET lease = NULL, failures = served.failures,
     failing_since = CASE WHEN served.is_failing THEN coalesce(lane.failing_since, now()) END,
     rests_until = clock_timestamp() + served.rest_ms * interval '1 millisecond',
     due_at = greatest((SELECT next_attempt_at FROM deliveries
                        WHERE channel = $1 AND customer_id = served.customer_id AND next_attempt_at < 'infinity'
                        ORDER BY channel, customer_id, next_attempt_at, position LIMIT 1),
                       CASE WHEN EXISTS (SELECT FROM deliveries WHERE channel = $1 AND customer_id = served.customer_id)
                            THEN clock_timestamp() + served.rest_ms * interval '1 millisecond' END)
   FROM unnest($2::text[], $3::uuid[], $4::int[], $5::boolean[], $6::int[]) AS served (customer_id, lease, failures, is_failing, rest_ms)
   WHERE lane.channel = $1 AND lane.customer_id = served.customer_id AND lane.lease = served.lease`,
);

/** Records what became of attempts, and releases their lanes, in one transaction for many lanes. */
@Injectable()
export class DeliveryOutcomes {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsRepository,
  ) {}

  /** May be repeated, also if it is not known whether it was committed: what is settled stays as it is. */
  record(channel: Channel, served: readonly ServedLane[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      for (const { lane, disabled } of served)
        if (disabled) await this.contacts.disableWebhook(tx, lane.customerId, disabled);
      tx.pipeline(LOCK_LANES, [channel, served.map(({ lane }) => lane.customerId)]);
      recordAttempts(
        tx,
        channel,
        served.flatMap(({ attempts }) => attempts),
      );
      tx.pipeline(RELEASE_LANES, [
        channel,
        served.map(({ lane }) => lane.customerId),
        served.map(({ lane }) => lane.lease),
        served.map(({ settled }) => settled.failures),
        served.map(({ settled }) => settled.isFailing),
        served.map(({ settled }) => settled.restMs),
      ]);
    });
  }
}

function recordAttempts(tx: Transaction, channel: Channel, attempts: ServedLane['attempts']): void {
  if (attempts.length === 0) return;
  const idOf = ({ delivery }: Attempt) => delivery.message.notification.notificationId;
  tx.pipeline(ADD_ATTEMPTS, [
    attempts.map(idOf),
    attempts.map(({ attemptedAt }) => attemptedAt),
    attempts.map(({ failure }) => (failure ? 'FAILED' : 'SENT')),
    attempts.map(({ latencyMs }) => Math.round(latencyMs)),
    attempts.map(errorOf),
    channel,
  ]);
  const settled = attempts.filter(({ settlement }) => settlement.status !== 'PENDING');
  if (settled.length > 0) {
    tx.pipeline(SETTLE, [settled.map(idOf), settled.map(({ settlement }) => settlement.status), settled.map(errorOf)]);
    tx.pipeline(DELETE, [settled.map(({ delivery }) => delivery.position)]);
    const orders = settled.map(({ delivery }) => delivery.message.notification);
    tx.pipeline(MAKE_NEXT_DUE, [
      channel,
      orders.map(({ customerId }) => customerId),
      orders.map(({ orderId }) => orderId),
    ]);
  }
  const failed = attempts.flatMap((attempt) =>
    attempt.settlement.status === 'PENDING' ? [{ ...attempt, delayMs: attempt.settlement.retryInMs }] : [],
  );
  if (failed.length > 0) {
    tx.pipeline(NOTE_FAILURE, [failed.map(idOf), failed.map(errorOf)]);
    tx.pipeline(RETRY_LATER, [
      failed.map(({ delivery }) => delivery.position),
      failed.map(({ delayMs }) => Math.round(delayMs)),
    ]);
  }
}

const errorOf = ({ failure }: Attempt) => failure && storableText(redactText(failure.message, MAX_ERROR_LENGTH));
