import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../tools/stack/failure.mjs';
import { now } from './clock.ts';
import { readCursorPages } from './pages.ts';
import type { Client } from './client.ts';
import type { OrderBook } from './order-book.ts';
import type { Order } from './read-outcome.ts';

const INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 2_000;
/** Following takes at most a tenth of the time, so that it does not add to the load. */
const REST = 9;

/**
 * Counts the run's undecided orders until all are posted and decided, or until the time limit. The times of the decisions
 * are read from the orders' histories later, so the interval here does not affect them.
 */
export async function followDecisions(
  client: Client,
  {
    orderUrl,
    customerIds,
    book,
    posting,
    patienceMs,
    onLook,
  }: {
    orderUrl: string;
    customerIds: Set<string>;
    book: OrderBook;
    posting: Promise<unknown>;
    /** from the last order's answer on */
    patienceMs: number;
    /** how many of the accepted orders are decided at least */
    onLook: (decided: number) => void;
  },
) {
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

/** @returns order ids; undefined while the service is unavailable */
async function readPending(
  client: Client,
  { orderUrl, from, customerIds }: { orderUrl: string; from: string; customerIds: Set<string> },
): Promise<string[] | undefined> {
  try {
    const query = { status: 'PENDING', from };
    const orders = await readCursorPages<Order>({ client, giveUpAt: 0 }, `${orderUrl}/orders`, query);
    return orders.filter(({ customerId }) => customerIds.has(customerId)).map(({ orderId }) => orderId);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
