import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../stack/failure.mjs';
import { now } from './clock.mjs';
import { readCursorPages } from './pages.mjs';

const INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 2_000;
/** Following takes a tenth of the time at most, so that it doesn't become the load. */
const REST = 9;

/**
 * Watches how many of the run's orders are still undecided, until all are posted and none is, or patience is at its end.
 * When each was decided is read from its history later: how often this looks does not matter to it.
 * @param {import('./client.mjs').Client} client
 * @param {object} options
 * @param {string} options.orderUrl
 * @param {Set<string>} options.customerIds
 * @param {import('./order-book.mjs').OrderBook} options.book
 * @param {Promise<unknown>} options.posting
 * @param {number} options.patienceMs from the last order's answer on
 * @param {(decided: number) => void} options.onLook how many of the accepted orders are decided at least
 */
export async function followDecisions(client, { orderUrl, customerIds, book, posting, patienceMs, onLook }) {
  const from = new Date(Date.now() - 1000).toISOString();
  let giveUpAt = Infinity;
  const stopWaiting = () => (giveUpAt = now() + patienceMs);
  posting.then(stopWaiting, stopWaiting);
  let decided = 0;
  for (;;) {
    const begun = now();
    const isPosted = giveUpAt !== Infinity;
    const answered = new Set(book.accepted.keys());
    const pending = await readPending(client, { orderUrl, from, customerIds });
    if (pending) decided = answered.size - pending.filter((orderId) => answered.has(orderId)).length;
    onLook(decided);
    if ((isPosted && pending?.length === 0) || now() > giveUpAt) return;
    await delay(Math.min(LONGEST_INTERVAL_MS, Math.max(INTERVAL_MS, REST * (now() - begun))));
  }
}

/**
 * @param {import('./client.mjs').Client} client
 * @param {{ orderUrl: string, from: string, customerIds: Set<string> }} options
 * @returns {Promise<string[] | undefined>} order ids; undefined while the service is away
 */
async function readPending(client, { orderUrl, from, customerIds }) {
  try {
    const query = { status: 'PENDING', from };
    const orders = await readCursorPages({ client, giveUpAt: 0 }, `${orderUrl}/orders`, query);
    return orders.filter(({ customerId }) => customerIds.has(customerId)).map(({ orderId }) => orderId);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
