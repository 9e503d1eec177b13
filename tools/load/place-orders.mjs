import { setTimeout as delay } from 'node:timers/promises';
import { NoAnswer } from './client.mjs';
import { now } from './clock.mjs';
import { describe, retryDelayMs, toNoAnswer } from './patience.mjs';

/**
 * @typedef {import('./client.mjs').Answer} Answer
 * @typedef {import('./order-book.mjs').Placement} Placement
 * @typedef {import('./plan.mjs').PlannedOrder} PlannedOrder
 * @typedef {{ orderUrl: string, patienceMs: number, book: import('./order-book.mjs').OrderBook }} Placing
 */

/**
 * Posts the orders in turn over `connections` at once, as a client does that must not order twice: it repeats what was
 * refused (a 503, after Retry-After; a connection that did not come about), and nothing that may have arrived.
 * @param {import('./client.mjs').Client} client
 * @param {Placing & { orders: PlannedOrder[], connections: number }} options
 */
export async function placeOrders(client, { orders, connections, ...placing }) {
  const queue = orders.values();
  const placeInTurn = async () => {
    for (const order of queue) placing.book.add(await placeOrder(client, order, placing));
  };
  await Promise.all(Array.from({ length: connections }, placeInTurn));
}

/**
 * @param {import('./client.mjs').Client} client
 * @param {PlannedOrder} order
 * @param {Placing} placing
 * @returns {Promise<Placement>}
 */
async function placeOrder(client, order, { orderUrl, patienceMs, book }) {
  const startedAt = now();
  const attempts = [];
  for (;;) {
    const answer = await client.post(`${orderUrl}/orders`, order).catch(toNoAnswer);
    attempts.push(describe(answer));
    const retryMs = retryDelayMs(answer);
    if (retryMs === undefined || now() + retryMs > startedAt + patienceMs) {
      return { order, attempts, startedAt, endedAt: now(), ...outcomeOf(answer) };
    }
    book[answer instanceof NoAnswer ? 'retriedConnections' : 'retried503'] += 1;
    await delay(retryMs);
  }
}

/**
 * @param {Answer | NoAnswer} answer
 * @returns {Pick<Placement, 'outcome' | 'orderId' | 'mayExist'>}
 */
function outcomeOf(answer) {
  if (answer instanceof NoAnswer) {
    return { outcome: answer.mayHaveArrived ? 'unknown' : 'refused', mayExist: answer.mayHaveArrived };
  }
  if (answer.status === 201) return { outcome: 'accepted', orderId: answer.body.orderId, mayExist: false };
  if (answer.body?.outcome === 'unknown') return { outcome: 'unknown', mayExist: true };
  return { outcome: 'refused', mayExist: answer.status >= 500 && answer.status !== 503 };
}
