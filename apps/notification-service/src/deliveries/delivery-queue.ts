import { Injectable } from '@nestjs/common';
import { Database, prepared, type Transaction } from '@orderflow/postgres';
import { v7 as uuidv7 } from 'uuid';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import type { Channel } from '../notifications/notification.js';
import { CAUSE, causeOf, COLUMNS, type NotificationRow } from '../notifications/notification-row.js';
import type { Delivery, Lane } from './delivery.js';

/** A notification to send, once it is stored. */
export interface QueuedNotification {
  readonly notificationId: string;
  readonly channel: Channel;
  readonly customerId: string;
  readonly orderId: string;
  /** Of the webhook, otherwise empty. */
  readonly host: string;
}

/** How many lanes to lease. */
export interface LaneLimits {
  readonly working: number;
  /** Those whose receiver could not be reached the last time. */
  readonly failing: number;
  /** Deliveries of a lane; a failing one gets a single one. */
  readonly perLane: number;
  /** Hosts that get nothing more now. */
  readonly exceptHosts: readonly string[];
}

/** How long a replica may take for a lane; then another one sends what has no outcome, once more. */
export const LEASE_SECONDS = 30;

/** A lane that waits for a later attempt is due again, unless it rests. Locks the lanes, so that what follows and the end of a lease take place one after the other. */
const OPEN_LANES = prepared(
  `INSERT INTO delivery_lanes AS lane (channel, customer_id, host, due_at)
   SELECT channel, customer_id, host, now() FROM unnest($1::text[], $2::text[], $3::text[]) AS opened (channel, customer_id, host)
   ORDER BY channel, customer_id
   ON CONFLICT (channel, customer_id) DO UPDATE SET host = excluded.host,
     due_at = CASE WHEN lane.lease IS NULL THEN least(lane.due_at, greatest(excluded.due_at, lane.rests_until)) ELSE lane.due_at END`,
);
const INSERT = prepared(
  `INSERT INTO deliveries (notification_id, channel, customer_id, order_id, next_attempt_at)
   SELECT notification_id, channel, customer_id, order_id,
          CASE WHEN row_number() OVER (PARTITION BY channel, customer_id, order_id ORDER BY n) > 1
                 OR EXISTS (SELECT FROM deliveries earlier WHERE earlier.channel = added.channel
                              AND earlier.customer_id = added.customer_id AND earlier.order_id = added.order_id)
               THEN 'infinity' ELSE now() END
   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS added (notification_id, channel, customer_id, order_id, n)
   ORDER BY n`,
);

const dueLanes = (failures: string, limit: string) =>
  `SELECT channel, customer_id FROM delivery_lanes
   WHERE channel = $1 AND ${failures} AND due_at <= now() AND host <> ALL ($3::text[])
   ORDER BY channel, due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
const LEASE = prepared(
  `WITH working AS (${dueLanes('failures = 0', '$4')}), failing AS (${dueLanes('failures > 0', '$5')}),
     due AS (SELECT * FROM working UNION ALL SELECT * FROM failing)
   UPDATE delivery_lanes lane SET lease = $2, due_at = clock_timestamp() + interval '${LEASE_SECONDS} seconds' FROM due
   WHERE lane.channel = due.channel AND lane.customer_id = due.customer_id
   RETURNING lane.customer_id, lane.host, lane.failures, lane.failing_since`,
);
const DUE = prepared(
  `SELECT position, tried, ${COLUMNS}, content, ${CAUSE}, clock_timestamp() AS "attemptedAt"
   FROM unnest($2::text[], $3::int[]) AS leased (customer, most)
   CROSS JOIN LATERAL (
     SELECT position, notification_id AS due, attempts AS tried FROM deliveries
     WHERE channel = $1 AND customer_id = customer AND next_attempt_at <= now()
     ORDER BY next_attempt_at, position LIMIT most
   ) of_lane
   JOIN notifications ON notification_id = due`,
);

interface LaneRow {
  readonly customer_id: string;
  readonly host: string;
  readonly failures: number;
  readonly failing_since: Date | null;
}

interface DueRow extends NotificationRow {
  readonly position: string;
  readonly tried: number;
  readonly content: string | null;
  readonly attemptedAt: Date;
}

/**
 * The notifications that are not sent yet (ADR 0029). Those of a customer through a channel are a lane, which one replica
 * leases at a time; within a lane, those of an order are sent one after the other, in the order in which they were added.
 */
@Injectable()
export class DeliveryQueue {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsRepository,
  ) {}

  /** Call it after the notifications have been inserted in the same transaction. */
  add(tx: Transaction, queued: readonly QueuedNotification[]): void {
    if (queued.length === 0) return;
    const lanes = [...new Map(queued.map((each) => [`${each.channel} ${each.customerId}`, each])).values()];
    tx.pipeline(OPEN_LANES, [
      lanes.map(({ channel }) => channel),
      lanes.map(({ customerId }) => customerId),
      lanes.map(({ host }) => host),
    ]);
    tx.pipeline(INSERT, [
      queued.map(({ notificationId }) => notificationId),
      queued.map(({ channel }) => channel),
      queued.map(({ customerId }) => customerId),
      queued.map(({ orderId }) => orderId),
    ]);
  }

  /** Leases lanes that are due, the longest due first; a lane may turn out to have nothing due. */
  async lease(channel: Channel, { working, failing, perLane, exceptHosts }: LaneLimits): Promise<Lane[]> {
    const lease = uuidv7();
    const lanes = await this.database.query<LaneRow & object>(LEASE, [channel, lease, exceptHosts, working, failing]);
    if (lanes.length === 0) return [];
    const customerIds = lanes.map(({ customer_id }) => customer_id);
    const most = lanes.map(({ failures }) => (failures > 0 ? 1 : perLane));
    // Statements of their own see all that was committed before the lease.
    const [due, contacts] = await Promise.all([
      this.database.query<DueRow & object>(DUE, [channel, customerIds, most]),
      this.contacts.readAll(customerIds),
    ]);
    const deliveries = new Map<string, Delivery[]>(customerIds.map((customerId) => [customerId, []]));
    for (const row of due) deliveries.get(row.customerId)?.push(toDelivery(row, contacts.get(row.customerId)));
    return lanes.map(({ customer_id: customerId, host, failures, failing_since: failingSince }) => ({
      customerId,
      host,
      lease,
      failures,
      failingSince,
      deliveries: deliveries.get(customerId) ?? [],
    }));
  }
}

function toDelivery(row: DueRow, contact: Delivery['message']['contact']): Delivery {
  const { position, tried, content, attemptedAt, eventId, traceparent, tracestate, ...notification } = row;
  const message = { notification, content, contact, attemptedAt };
  return { position, attempts: tried, message, cause: causeOf({ eventId, traceparent, tracestate }) };
}
