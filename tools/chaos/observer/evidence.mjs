import { groupBy } from '../../load/evidence.mjs';
import { toSentPoison } from '../faults/poison-kinds.mjs';
import { readLag } from './lag.mjs';
import { toSetAside, toCopy } from './set-aside.mjs';
import { readStockFigures } from './stock-figures.mjs';

/**
 * @typedef {{ orderId: string, customerId: string, items: { itemId: string, quantity: number }[], totalAmount: number, status: string, history: { status: string, at: string }[] }} Order
 * @typedef {{ orderId: string, status: string, items: { itemId: string, quantity: number }[] }} Reservation
 * @typedef {{ orderId: string, customerId: string, type: string, status: string, createdAt: Date }} Notification
 * @typedef {Awaited<ReturnType<typeof collectEvidence>>} Evidence
 */

const QUERIES = /** @type {const} */ ({
  orders: `SELECT order_id AS "orderId", customer_id AS "customerId", items, total_amount::float8 AS "totalAmount", status, history
           FROM orders`,
  reservations: 'SELECT order_id AS "orderId", status, items FROM reservations',
  movements: 'SELECT order_id AS "orderId", item_id AS "itemId", delta FROM movements',
  notifications: `SELECT order_id AS "orderId", customer_id AS "customerId", type, status, created_at AS "createdAt"
                  FROM notifications WHERE order_id NOT LIKE 'chaos-unknown-%'`,
  setAside: 'SELECT * FROM parked_messages',
});

/**
 * All that is known of a run once it is quiet, from its clients, the databases and Kafka, ready to be checked.
 * @param {object} sources
 * @param {import('../clients/book.mjs').Book} sources.book
 * @param {import('./database.mjs').Databases} sources.databases
 * @param {import('kafkajs').Kafka} sources.kafka
 * @param {import('./witness.mjs').Witness} sources.witness
 * @param {import('../system/system.mjs').System} sources.system
 * @param {import('../strike.mjs').Struck[]} sources.faults
 * @param {{ from: number, to: number }} sources.span of the run, ms since the epoch
 */
export async function collectEvidence({ book, databases, kafka, witness, system, faults, span }) {
  /** @type {Order[]} */
  const orders = await databases.query('order-service', QUERIES.orders);
  /** @type {Reservation[]} */
  const reservations = await databases.query('inventory-service', QUERIES.reservations);
  /** @type {{ orderId: string | null, itemId: string, delta: number }[]} */
  const movements = await databases.query('inventory-service', QUERIES.movements);
  /** @type {Notification[]} */
  const notifications = await databases.query('notification-service', QUERIES.notifications);
  const setAside = await Promise.all(databases.services.map((service) => databases.query(service, QUERIES.setAside)));
  return {
    book,
    orders: new Map(orders.map((order) => [order.orderId, order])),
    reservations: new Map(reservations.map((reservation) => [reservation.orderId, reservation])),
    movements,
    stock: await readStockFigures(databases),
    notifications: groupBy(notifications, ({ orderId }) => orderId),
    setAside: setAside.flat().map(toSetAside),
    events: witness.events,
    poison: witness.poison.map(toSentPoison),
    copies: witness.copies.map(toCopy),
    waiting: { outboxes: await readOutboxes(databases), lag: await readLag(kafka) },
    repartitioned: new Set(faults.flatMap(({ fault, details }) => (fault === 'add-partition' ? [details.topic] : []))),
    faults,
    span,
    suspicious: system.log.suspicious,
    incidents: system.incidents,
  };
}

/** @param {import('./database.mjs').Databases} databases */
async function readOutboxes(databases) {
  const sql = 'SELECT count(*)::int AS rows, min(headers::text) AS sample FROM outbox';
  return Promise.all(
    databases.services.map(async (service) => {
      const [{ rows, sample }] = await databases.query(service, sql);
      return /** @type {{ service: string, rows: number, sample: string | null }} */ ({ service, rows, sample });
    }),
  );
}
