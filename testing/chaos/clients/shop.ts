import { setTimeout as delay } from 'node:timers/promises';
import type { Order, Problem } from '@orderflow/client';
import { Client, NoAnswer, type Answer } from '../../load/client.ts';
import { describe, retryDelayMs, toNoAnswer } from '../../load/patience.ts';
import { oneOf, randomNumbers } from '../../load/random.ts';
import type { As } from '../access/access.ts';
import { type Act, Book, type BookedOrder } from './book.ts';
import { Catalogue } from './catalogue.ts';
import { planOrder } from './plan-order.ts';

/** What customers do themselves. */
const CUSTOMERS = new Set(['place', 'cancel']);
/** Shorter than the service's own timeout: the client repeats the request, perhaps at another replica. */
const ANSWER_TIMEOUT_MS = 3_000;
const CONNECTIONS_PER_REPLICA = 24;

/** The connections of all clients. */
export const connect = (): Client => new Client(CONNECTIONS_PER_REPLICA, { answerTimeoutMs: ANSWER_TIMEOUT_MS });

const CLIENTS = 48;
const PATIENCE_MS = 60_000;
const RETRY_MS = 300;
/** An undecided order cannot be fulfilled yet. */
const UNDECIDED_MS = 1_500;
const MOST_FOLLOWED = 1_000;
/** After an outage the clients do not catch up on missed orders. */
const LONGEST_BACKLOG_MS = 1_000;

/** What a client reads of an order, or of a problem document. */
type OrderResponse = Partial<Pick<Order, 'orderId'> & Pick<Problem, 'detail'>>;

const COUNTED = { cancel: 'cancelled', ship: 'shipped', fulfil: 'fulfilled' } as const;

/** Clients that place, cancel and fulfil orders at a bounded rate, and repeat requests without a response. */
export class Shop {
  random: () => number;
  intervalMs: number;
  orderUrls: string[];
  book = new Book();
  as: As;
  catalogue: Catalogue;
  isOpen = false;
  number = 0;
  nextAt = 0;
  following: Set<Promise<void>> = new Set();
  clients: Promise<void>[] = [];

  constructor({
    seed,
    rate,
    orderUrls,
    inventoryUrls,
    as,
  }: {
    seed: number;
    rate: number;
    orderUrls: string[];
    inventoryUrls: string[];
    /** with connections of the shop */
    as: As;
  }) {
    this.random = randomNumbers(seed);
    this.intervalMs = 1_000 / rate;
    this.orderUrls = orderUrls;
    this.as = as;
    this.catalogue = new Catalogue({ client: as('staff'), urls: inventoryUrls, random: this.random, book: this.book });
  }

  async open() {
    this.isOpen = true;
    await this.catalogue.open();
    this.nextAt = Date.now();
    this.clients = Array.from({ length: CLIENTS }, () => this.buyInTurn());
  }

  /** Stops placing orders, and finishes those in progress. */
  async close() {
    this.isOpen = false;
    await Promise.all(this.clients);
    await this.catalogue.close();
    await Promise.all(this.following);
  }

  async buyInTurn() {
    while (this.isOpen) {
      this.nextAt = Math.max(this.nextAt + this.intervalMs, Date.now() - LONGEST_BACKLOG_MS);
      await delay(Math.max(0, this.nextAt - Date.now()));
      if (!this.isOpen) return;
      await this.buy();
    }
  }

  async buy() {
    const { plentiful, hot } = this.catalogue;
    const order = this.book.open(planOrder({ number: (this.number += 1), random: this.random, plentiful, hot }));
    const { isHurried } = order.plan;
    await Promise.all(isHurried ? [this.place(order), this.place(order)] : [this.place(order)]);
    if (order.orderId === undefined || this.following.size >= MOST_FOLLOWED) return;
    const followed = this.follow(order).finally(() => this.following.delete(followed));
    this.following.add(followed);
  }

  async place(order: BookedOrder) {
    const { key, body } = order.plan;
    const answer = await this.insist(order, 'place', { body, headers: { 'idempotency-key': key } });
    if (!answer) return;
    if (answer.status === 201) this.book.accept(order, String(answer.body.orderId));
    else this.absurd(order, `placing is answered with ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async follow(order: BookedOrder) {
    const { intent } = order.plan;
    if (intent === 'keep') return;
    if (intent === 'cancel-at-once') return this.end(order, 'cancel');
    await delay(500 + this.random() * 2_000);
    if (intent === 'cancel-later') return this.end(order, 'cancel');
    if (intent === 'fulfil') return this.end(order, 'fulfil');
    if (intent === 'ship-in-parts' || intent === 'ship-and-cancel') {
      if (piecesOf(order) > 1) await this.end(order, 'ship', { items: partOf(order) });
      return this.end(order, intent === 'ship-in-parts' ? 'fulfil' : 'cancel');
    }
    await Promise.all([this.end(order, 'cancel'), this.end(order, 'fulfil')]);
  }

  /** With a key of its own, so that a request whose response was lost is granted when it is repeated. */
  async end(order: BookedOrder, act: Act, body: object = {}) {
    order.asked.add(act);
    const path = `/${order.orderId}/${act === 'ship' ? 'fulfil' : act}`;
    const headers = { 'idempotency-key': `${order.plan.key}-${act}` };
    const answer = await this.insist(order, act, { path, body, headers });
    if (!answer) return;
    if (answer.status === 200) {
      order.granted.add(act);
      this.book.counts[COUNTED[act]] += 1;
    } else if (answer.status !== 409) this.absurd(order, `${act} is answered with ${answer.status}`);
  }

  /**
   * Sends the request, each time to a random replica, until the response is neither missing nor a failure.
   * @returns undefined after the time limit
   */
  async insist(
    order: BookedOrder,
    what: string,
    { path = '', body, headers }: { path?: string; body: object; headers?: Record<string, string> },
  ): Promise<Answer<OrderResponse> | undefined> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    const client = CUSTOMERS.has(what) ? this.as('customer', order.plan.body.customerId) : this.as('staff');
    for (;;) {
      const url = oneOf(this.random, this.orderUrls);
      const answer = await client.post<OrderResponse>(`${url}/orders${path}`, body, headers).catch(toNoAnswer);
      this.note(order, `${what} at ${url}: ${describe(answer)}`);
      if (what === 'place' && mayBeKept(answer)) order.mayExist = true;
      const waitMs = retryDelayMs(answer) ?? pauseAfter(answer, what);
      if (waitMs === undefined) return answer as Answer<OrderResponse>;
      this.book.counts[answer instanceof NoAnswer ? 'unanswered' : 'refused'] += 1;
      if (Date.now() > giveUpAt) return undefined;
      await delay(waitMs);
    }
  }

  note(order: BookedOrder, request: string) {
    if (order.requests.length < 20) order.requests.push(`${new Date().toISOString()} ${request}`);
  }

  absurd(order: BookedOrder, story: string) {
    this.book.absurd.push({ orderId: order.orderId, story: `no. ${order.plan.number}: ${story}` });
  }
}

const mayBeKept = (answer: Answer | NoAnswer) =>
  answer instanceof NoAnswer ? answer.mayHaveArrived : answer.status !== 503;

function piecesOf({ plan: { body } }: BookedOrder) {
  return body.items.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** One piece of the first item. */
function partOf({ plan: { body } }: BookedOrder) {
  return body.items.slice(0, 1).map(({ itemId }) => ({ itemId, quantity: 1 }));
}

/**
 * A retry is useful after an incomplete response, an error of the server, or a temporary state: the same request in flight,
 * an undecided order, or a replica for which the token has expired, since its clock is wrong.
 * @returns the delay in ms before the retry; undefined for no retry
 */
function pauseAfter(answer: Answer<OrderResponse> | NoAnswer, what: string): number | undefined {
  if (answer instanceof NoAnswer || answer.status >= 500 || answer.status === 401) return RETRY_MS;
  if (answer.status !== 409) return undefined;
  const detail = String(answer.body?.detail);
  if (/Idempotency-Key/.test(detail)) return RETRY_MS;
  return what !== 'cancel' && /\bPENDING\b/.test(detail) ? UNDECIDED_MS : undefined;
}
