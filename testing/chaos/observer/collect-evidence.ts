import { firstOf } from '../../load/present.ts';
import type { Evidence, Movement, Notification, Order, OutboxRows, Reservation } from '../evidence.ts';
import { PARKED_TABLE } from '../system/surface.ts';
import { groupBy } from '../../load/evidence.ts';
import { toSentPoison } from '../faults/poison-kinds.ts';
import { readLag } from '../../kafka/lag.ts';
import { toCopy, toParkedMessage, type ParkedRow } from './parked-message.ts';
import { readStockFigures } from './stock-figures.ts';
import { contactedCustomers } from '../clients/contacts.ts';
import type { Receivers } from '../system/receivers.ts';
import type { Book } from '../clients/book.ts';
import type { Databases } from './database.ts';
import type { Kafka } from 'kafkajs';
import type { Witness } from './witness.ts';
import type { System } from '../system/system.ts';
import { struckBy, type Struck } from '../faults/details.ts';

const QUERIES = {
  orders: `SELECT order_id AS "orderId", customer_id AS "customerId", items, total_amount::float8 AS "totalAmount", status, history
           FROM orders`,
  reservations: 'SELECT order_id AS "orderId", status, items FROM reservations',
  movements: 'SELECT order_id AS "orderId", item_id AS "itemId", delta FROM movements ORDER BY movement_id',
  notifications: `SELECT notification_id AS "notificationId", channel, order_id AS "orderId", customer_id AS "customerId", type, status, created_at AS "createdAt"
                  FROM notifications WHERE order_id NOT LIKE 'chaos-unknown-%'`,
  parked: `SELECT * FROM ${PARKED_TABLE}`,
} as const;

/** Collects the data of a run once it is quiet, from its clients, the databases and Kafka, for the checks. */
export async function collectEvidence({
  book,
  databases,
  kafka,
  witness,
  system,
  receivers,
  access = { refusals: [], breaches: [] },
  faults,
  span,
}: {
  book: Book;
  databases: Databases;
  kafka: Kafka;
  witness: Witness;
  system: System;
  /** Undefined if no customer has a contact. */
  receivers?: Receivers | undefined;
  /** Undefined if the services demand no tokens. */
  access?: Evidence['access'] | undefined;
  faults: Struck[];
  /** The start of the run, in ms since the epoch. */
  span: { from: number; to: number };
}): Promise<Evidence> {
  const orders = await databases.query<Order>('order-service', QUERIES.orders);
  const reservations = await databases.query<Reservation>('inventory-service', QUERIES.reservations);
  const movements = await databases.query<Movement>('inventory-service', QUERIES.movements);
  const notifications = await databases.query<Notification>('notification-service', QUERIES.notifications);
  const parked = await Promise.all(
    databases.services.map((service) => databases.query<ParkedRow>(service, QUERIES.parked)),
  );
  return {
    book,
    orders: new Map(orders.map((order) => [order.orderId, order])),
    reservations: new Map(reservations.map((reservation) => [reservation.orderId, reservation])),
    movements,
    stock: await readStockFigures(databases),
    notifications: groupBy(notifications, ({ orderId }) => orderId),
    contacts: receivers ? contactedCustomers() : new Map(),
    receipts: receivers ? [...receivers.mails.received, ...receivers.webhooks.received] : [],
    forged: receivers?.webhooks.forged ?? [],
    parked: parked.flat().map(toParkedMessage),
    events: witness.events,
    poison: witness.poison.map(toSentPoison),
    copies: witness.copies.map(toCopy),
    access,
    waiting: { outboxes: await readOutboxes(databases), lag: await readLag(kafka) },
    repartitioned: new Set(struckBy(faults, 'add-partition').map(({ details }) => details.topic)),
    faults,
    span,
    suspicious: system.log.suspicious,
    incidents: system.incidents,
  };
}

function readOutboxes(databases: Databases): Promise<OutboxRows[]> {
  const sql = 'SELECT count(*)::int AS rows, min(headers::text) AS sample FROM outbox';
  return Promise.all(
    databases.services.map(async (service) => {
      const counted = await databases.query<Omit<OutboxRows, 'service'>>(service, sql);
      return { service, ...firstOf(counted, 'a count') };
    }),
  );
}
