import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../stack/failure.mjs';
import { now } from './clock.mjs';
import { readCursorPages, readLinkedPages } from './pages.mjs';
import { insist } from './patience.mjs';

/**
 * @typedef {import('./plan.mjs').OrderLine} OrderLine
 * @typedef {{ status: string, at: string, reason?: string }} StatusChange
 * @typedef {{ orderId: string, customerId: string, items: OrderLine[], totalAmount: number, status: string, history: StatusChange[] }} Order
 * @typedef {{ itemId: string, onHand: number, reserved: number, available: number }} StockItem
 * @typedef {{ notificationId: string, orderId: string, type: string, status: string }} Notification
 * @typedef {{ orders: Order[], stock: StockItem[], notifications: Notification[] }} Outcome
 * @typedef {import('./pages.mjs').Reading} Reading
 */

const INTERVAL_MS = 250;

/**
 * Reads all that the services say of the run; an item that is not there is left out.
 * Waits for notifications that are still to come, until `giveUpAt`.
 * @param {Reading} reading
 * @param {{ orderUrl: string, inventoryUrl: string, notificationUrl: string, plan: import('./plan.mjs').Plan }} options
 * @returns {Promise<Outcome>}
 */
export async function readOutcome(reading, { orderUrl, inventoryUrl, notificationUrl, plan }) {
  /** @type {Outcome} */
  const outcome = { orders: [], stock: [], notifications: [] };
  for (const customerId of plan.customerIds) {
    outcome.orders.push(...(await readCursorPages(reading, `${orderUrl}/orders`, { customerId })));
  }
  for (const { itemId } of plan.items) {
    outcome.stock.push(...(await readItem(reading, `${inventoryUrl}/inventory/${itemId}`)));
  }
  for (const customerId of plan.customerIds) {
    const orders = outcome.orders.filter((order) => order.customerId === customerId);
    outcome.notifications.push(...(await readNotifications(reading, { notificationUrl, customerId, orders })));
  }
  return outcome;
}

/**
 * @param {Reading} reading
 * @param {string} url
 * @returns {Promise<StockItem[]>} none where it doesn't exist
 */
async function readItem({ client, giveUpAt }, url) {
  const { status, body } = await insist(`GET ${url}`, () => client.get(url), giveUpAt);
  if (status === 200) return [body];
  if (status === 404) return [];
  throw new Failure(`GET ${url} is answered with ${status}`);
}

/**
 * @param {Reading} reading
 * @param {{ notificationUrl: string, customerId: string, orders: Order[] }} options
 * @returns {Promise<Notification[]>}
 */
async function readNotifications(reading, { notificationUrl, customerId, orders }) {
  for (;;) {
    const notifications = await readLinkedPages(reading, `${notificationUrl}/notifications`, { customerId });
    if (areComplete(notifications, orders) || now() > reading.giveUpAt) return notifications;
    await delay(INTERVAL_MS);
  }
}

/**
 * @param {Notification[]} notifications
 * @param {Order[]} orders
 */
function areComplete(notifications, orders) {
  const sent = notifications.filter(({ status }) => status === 'SENT');
  const created = new Set(sent.filter(({ type }) => type === 'ORDER_CREATED').map(({ orderId }) => orderId));
  const answered = new Set(sent.filter(({ type }) => type !== 'ORDER_CREATED').map(({ orderId }) => orderId));
  const isDecided = (/** @type {Order} */ { status }) => status !== 'PENDING';
  return (
    sent.length === notifications.length &&
    orders.every((order) => created.has(order.orderId) && (answered.has(order.orderId) || !isDecided(order)))
  );
}
