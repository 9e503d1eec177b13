import { setTimeout as delay } from 'node:timers/promises';
import { Client, NoAnswer } from '../../load/client.mjs';
import { describe, retryDelayMs, toNoAnswer } from '../../load/patience.mjs';
import { randomNumbers } from '../../load/random.mjs';
import { Book } from './book.mjs';
import { Catalogue } from './catalogue.mjs';
import { planOrder } from './plan-order.mjs';

/** @typedef {import('./book.mjs').BookedOrder} BookedOrder */

/** A client loses patience before the service does, and asks again, perhaps another replica. */
const ANSWER_TIMEOUT_MS = 3_000;
const CONNECTIONS_PER_REPLICA = 24;
const CLIENTS = 48;
const PATIENCE_MS = 60_000;
const RETRY_MS = 300;
/** An order that is not decided yet can't be fulfilled. */
const UNDECIDED_MS = 1_500;
const MOST_FOLLOWED = 1_000;
/** After an outage what was missed is not made up for. */
const LONGEST_BACKLOG_MS = 1_000;

/** Clients that place, cancel and fulfil orders at a bounded rate, and repeat like real ones what was not answered. */
export class Shop {
  /** @param {{ seed: number, rate: number, orderUrls: string[], inventoryUrls: string[] }} options */
  constructor({ seed, rate, orderUrls, inventoryUrls }) {
    this.random = randomNumbers(seed);
    this.intervalMs = 1_000 / rate;
    this.orderUrls = orderUrls;
    this.book = new Book();
    this.client = new Client(CONNECTIONS_PER_REPLICA, { answerTimeoutMs: ANSWER_TIMEOUT_MS });
    this.catalogue = new Catalogue({ client: this.client, urls: inventoryUrls, random: this.random, book: this.book });
    this.isOpen = false;
    this.number = 0;
    this.nextAt = 0;
    /** @type {Set<Promise<void>>} */
    this.following = new Set();
    /** @type {Promise<void>[]} */
    this.clients = [];
  }

  async open() {
    this.isOpen = true;
    await this.catalogue.open();
    this.nextAt = Date.now();
    this.clients = Array.from({ length: CLIENTS }, () => this.buyInTurn());
  }

  /** No new orders; what was begun is finished. */
  async close() {
    this.isOpen = false;
    await Promise.all(this.clients);
    await this.catalogue.close();
    await Promise.all(this.following);
    this.client.close();
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

  /** @param {BookedOrder} order */
  async place(order) {
    const { key, body } = order.plan;
    const answer = await this.insist(order, 'place', { body, headers: { 'idempotency-key': key } });
    if (!answer) return;
    if (answer.status === 201) this.book.accept(order, answer.body.orderId);
    else this.absurd(order, `placing is answered with ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** @param {BookedOrder} order */
  async follow(order) {
    const { intent } = order.plan;
    if (intent === 'keep') return;
    if (intent === 'cancel-at-once') return this.end(order, 'cancel');
    await delay(500 + this.random() * 2_000);
    if (intent === 'cancel-later') return this.end(order, 'cancel');
    if (intent === 'fulfil') return this.end(order, 'fulfil');
    await Promise.all([this.end(order, 'cancel'), this.end(order, 'fulfil')]);
  }

  /**
   * @param {BookedOrder} order
   * @param {'cancel' | 'fulfil'} act
   */
  async end(order, act) {
    order.asked.add(act);
    const answer = await this.insist(order, act, { path: `/${order.orderId}/${act}`, body: {} });
    if (!answer) return;
    if (answer.status === 200) {
      order.granted.add(act);
      this.book.counts[act === 'cancel' ? 'cancelled' : 'fulfilled'] += 1;
    } else if (answer.status !== 409) this.absurd(order, `${act} is answered with ${answer.status}`);
  }

  /**
   * Asks until there is an answer that is no fault, each time any replica.
   * @param {BookedOrder} order
   * @param {string} what
   * @param {{ path?: string, body: object, headers?: Record<string, string> }} request
   * @returns {Promise<import('../../load/client.mjs').Answer | undefined>} nothing where patience is at its end
   */
  async insist(order, what, { path = '', body, headers }) {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const url = this.orderUrls[Math.floor(this.random() * this.orderUrls.length)];
      const answer = await this.client.post(`${url}/orders${path}`, body, headers).catch(toNoAnswer);
      this.note(order, `${what} at ${url}: ${describe(answer)}`);
      if (what === 'place' && mayBeKept(answer)) order.mayExist = true;
      const waitMs = retryDelayMs(answer) ?? pauseAfter(answer, what);
      if (waitMs === undefined) return /** @type {import('../../load/client.mjs').Answer} */ (answer);
      this.book.counts[answer instanceof NoAnswer ? 'unanswered' : 'refused'] += 1;
      if (Date.now() > giveUpAt) return undefined;
      await delay(waitMs);
    }
  }

  /**
   * @param {BookedOrder} order
   * @param {string} request
   */
  note(order, request) {
    if (order.requests.length < 20) order.requests.push(`${new Date().toISOString()} ${request}`);
  }

  /**
   * @param {BookedOrder} order
   * @param {string} story
   */
  absurd(order, story) {
    this.book.absurd.push({ orderId: order.orderId, story: `no. ${order.plan.number}: ${story}` });
  }
}

/** @param {import('../../load/client.mjs').Answer | NoAnswer} answer */
const mayBeKept = (answer) => (answer instanceof NoAnswer ? answer.mayHaveArrived : answer.status !== 503);

/**
 * No whole answer, a fault of the server, or a state that passes: the same request in flight, an order not decided yet.
 * @param {import('../../load/client.mjs').Answer | NoAnswer} answer
 * @param {string} what
 * @returns {number | undefined} ms until it is worth asking again, if it is
 */
function pauseAfter(answer, what) {
  if (answer instanceof NoAnswer || answer.status >= 500) return RETRY_MS;
  if (answer.status !== 409) return undefined;
  if (what === 'place') return RETRY_MS;
  return what === 'fulfil' && /\bPENDING\b/.test(answer.body?.detail) ? UNDECIDED_MS : undefined;
}
