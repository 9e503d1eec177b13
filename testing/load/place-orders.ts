import { setTimeout as delay } from 'node:timers/promises';
import { NoAnswer, type Answer, type Client } from './client.ts';
import { now } from './clock.ts';
import { describe, retryDelayMs, toNoAnswer } from './patience.ts';
import type { Placement, OrderBook } from './order-book.ts';
import type { PlannedOrder } from './plan.ts';

/** The members of a 201, and of a problem document with the outcome of the request. */
interface Accepted {
  orderId?: string;
  outcome?: string;
}

export interface Placing {
  orderUrl: string;
  patienceMs: number;
  book: OrderBook;
}

/**
 * Posts the orders in turn over `connections` connections, like a client that must not order twice: it repeats a request
 * after a 503 (after Retry-After) or a failed connection, and never one that may have arrived.
 */
export async function placeOrders(
  client: Client,
  { orders, connections, ...placing }: Placing & { orders: PlannedOrder[]; connections: number },
) {
  const queue = orders.values();
  const placeInTurn = async () => {
    for (const order of queue) placing.book.add(await placeOrder(client, order, placing));
  };
  await Promise.all(Array.from({ length: connections }, placeInTurn));
}

async function placeOrder(
  client: Client,
  order: PlannedOrder,
  { orderUrl, patienceMs, book }: Placing,
): Promise<Placement> {
  const startedAt = now();
  const attempts: string[] = [];
  for (;;) {
    const answer = await client.post<Accepted | undefined>(`${orderUrl}/orders`, order).catch(toNoAnswer);
    attempts.push(describe(answer));
    const retryMs = retryDelayMs(answer);
    if (retryMs === undefined || now() + retryMs > startedAt + patienceMs) {
      return { order, attempts, startedAt, endedAt: now(), ...outcomeOf(answer) };
    }
    book[answer instanceof NoAnswer ? 'retriedConnections' : 'retried503'] += 1;
    await delay(retryMs);
  }
}

function outcomeOf(
  answer: Answer<Accepted | undefined> | NoAnswer,
): Pick<Placement, 'outcome' | 'orderId' | 'mayExist'> {
  if (answer instanceof NoAnswer) {
    return { outcome: answer.mayHaveArrived ? 'unknown' : 'refused', mayExist: answer.mayHaveArrived };
  }
  if (answer.status === 201) return { outcome: 'accepted', orderId: answer.body?.orderId, mayExist: false };
  if (answer.body?.outcome === 'unknown') return { outcome: 'unknown', mayExist: true };
  return { outcome: 'refused', mayExist: answer.status >= 500 && answer.status !== 503 };
}
