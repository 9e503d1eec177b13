import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../tools/stack/failure.mjs';
import { now } from './clock.ts';
import { readCursorPages, readLinkedPages, type Reading } from './pages.ts';
import { insist } from './patience.ts';
import type { OrderLine, Plan } from './plan.ts';

export interface StatusChange {
  status: string;
  at: string;
  reason?: string;
}

export interface Order {
  orderId: string;
  customerId: string;
  items: OrderLine[];
  totalAmount: number;
  status: string;
  history: StatusChange[];
}

export interface StockItem {
  itemId: string;
  onHand: number;
  reserved: number;
  available: number;
}

export interface Notification {
  notificationId: string;
  orderId: string;
  type: string;
  status: string;
}

export interface Outcome {
  orders: Order[];
  stock: StockItem[];
  notifications: Notification[];
}

const INTERVAL_MS = 250;

/**
 * Reads the run's data from the services; leaves out items that do not exist. Waits for outstanding notifications until
 * `giveUpAt`.
 */
export async function readOutcome(
  reading: Reading,
  {
    orderUrl,
    inventoryUrl,
    notificationUrl,
    plan,
  }: { orderUrl: string; inventoryUrl: string; notificationUrl: string; plan: Plan },
): Promise<Outcome> {
  const outcome: Outcome = { orders: [], stock: [], notifications: [] };
  for (const customerId of plan.customerIds) {
    outcome.orders.push(...(await readCursorPages<Order>(reading, `${orderUrl}/orders`, { customerId })));
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

/** @returns undefined if it does not exist */
async function readItem({ client, giveUpAt }: Reading, url: string): Promise<StockItem[]> {
  const { status, body } = await insist(`GET ${url}`, () => client.get<StockItem>(url), giveUpAt);
  if (status === 200) return [body];
  if (status === 404) return [];
  throw new Failure(`GET ${url} is answered with ${status}`);
}

async function readNotifications(
  reading: Reading,
  { notificationUrl, customerId, orders }: { notificationUrl: string; customerId: string; orders: Order[] },
): Promise<Notification[]> {
  for (;;) {
    const notifications = await readLinkedPages<Notification>(reading, `${notificationUrl}/notifications`, {
      customerId,
    });
    if (areComplete(notifications, orders) || now() > reading.giveUpAt) return notifications;
    await delay(INTERVAL_MS);
  }
}

function areComplete(notifications: Notification[], orders: Order[]) {
  const sent = notifications.filter(({ status }) => status === 'SENT');
  const created = new Set(sent.filter(({ type }) => type === 'ORDER_CREATED').map(({ orderId }) => orderId));
  const answered = new Set(sent.filter(({ type }) => type !== 'ORDER_CREATED').map(({ orderId }) => orderId));
  const isDecided = ({ status }: Order) => status !== 'PENDING';
  return (
    sent.length === notifications.length &&
    orders.every((order) => created.has(order.orderId) && (answered.has(order.orderId) || !isDecided(order)))
  );
}
