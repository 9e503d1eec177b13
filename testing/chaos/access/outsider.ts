import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Answer, NoAnswer } from '../../load/client.ts';
import { toNoAnswer } from '../../load/patience.ts';
import { oneOf, randomNumbers } from '../../load/random.ts';
import type { Book } from '../clients/book.ts';
import { PLENTIFUL_ITEMS } from '../clients/catalogue.ts';
import type { Access, As } from './access.ts';
import { forgeries } from './forgeries.ts';
import type { Issuer } from './issuer.ts';

/** An attempt that was not refused. */
export interface Breach {
  attempt: string;
  status: number;
}

interface Attempt {
  service: string;
  method: 'GET' | 'POST';
  /** `:orderId` is one that exists. */
  path: string;
  body?: object;
}

const INTERVAL_MS = 250;
const CONNECTIONS = 4;
const ANSWER_TIMEOUT_MS = 3_000;
/** Who is a customer with a good token, and tries to reach what is another's. */
export const OUTSIDER = 'CUST-OUTSIDER';
const ORDER = { customerId: 'CUST-1', items: [{ itemId: PLENTIFUL_ITEMS[0], quantity: 1 }], totalAmount: 999_999 };
const PERIOD = { from: '2020-01-01T00:00:00.000Z', to: '2020-01-01T00:00:01.000Z' };

const ATTEMPTS: Attempt[] = [
  { service: 'order-service', method: 'GET', path: '/orders' },
  { service: 'order-service', method: 'POST', path: '/orders', body: ORDER },
  { service: 'order-service', method: 'POST', path: '/orders/:orderId/fulfil', body: {} },
  { service: 'order-service', method: 'POST', path: '/orders/republish', body: PERIOD },
  { service: 'order-service', method: 'GET', path: '/metrics' },
  { service: 'order-service', method: 'GET', path: '/nothing-of-the-kind' },
  { service: 'inventory-service', method: 'GET', path: '/inventory' },
  { service: 'inventory-service', method: 'POST', path: '/inventory', body: { itemId: 'STOLEN', onHand: 1 } },
  { service: 'inventory-service', method: 'GET', path: '/outbox/rejected' },
  { service: 'notification-service', method: 'GET', path: '/notifications' },
  { service: 'notification-service', method: 'GET', path: '/customers/CUST-1/contact' },
  { service: 'notification-service', method: 'GET', path: '/dead-letters' },
];
/** What a customer must not learn or change of another's order: that it exists. */
const ATTEMPTS_OF_CUSTOMER: Attempt[] = [
  { service: 'order-service', method: 'GET', path: '/orders/:orderId' },
  { service: 'order-service', method: 'POST', path: '/orders/:orderId/cancel', body: {} },
  { service: 'inventory-service', method: 'GET', path: '/reservations/:orderId' },
];

/** Tries, now and then, what nobody may do without a valid token, and what no customer may do with theirs. */
export class Outsider {
  urlsOf: (service: string) => string[];
  book: Book;
  issuer: Issuer;
  access: Access;
  random: () => number;
  client = new Client(CONNECTIONS, { answerTimeoutMs: ANSWER_TIMEOUT_MS });
  as: As;
  breaches: Breach[] = [];
  counts = { attempts: 0, refused: 0 };
  stopping = new AbortController();
  running: Promise<void> = Promise.resolve();

  constructor({
    seed,
    urlsOf,
    book,
    issuer,
    access,
  }: {
    seed: number;
    /** of a service's replicas */
    urlsOf: (service: string) => string[];
    book: Book;
    issuer: Issuer;
    access: Access;
  }) {
    this.random = randomNumbers(seed);
    this.urlsOf = urlsOf;
    this.book = book;
    this.issuer = issuer;
    this.access = access;
    this.as = access.as(this.client);
  }

  start() {
    this.running = this.tryOn();
  }

  async stop() {
    this.stopping.abort();
    await this.running;
    this.client.close();
  }

  async tryOn() {
    while (!this.stopping.signal.aborted) {
      await (this.random() < 0.5 ? this.tryWithout() : this.tryAsCustomer());
      await delay(INTERVAL_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  async tryWithout() {
    const token = await this.access.tokens.of('staff').catch(() => undefined);
    if (token === undefined) return;
    const [what, forged] = oneOf(this.random, Object.entries(forgeries(this.issuer, token)));
    const attempt = oneOf(this.random, ATTEMPTS);
    const headers = forged === undefined ? undefined : { authorization: `Bearer ${forged}` };
    this.judge(`${nameOf(attempt)}: ${what}`, await this.send(this.client, attempt, headers), 401);
  }

  async tryAsCustomer() {
    const attempt = oneOf(this.random, ATTEMPTS_OF_CUSTOMER);
    const answer = await this.send(this.as('customer', OUTSIDER), attempt);
    // a good token that is refused is noted like everybody's
    if (!('status' in answer) || answer.status !== 401) this.judge(`${nameOf(attempt)} of another`, answer, 404);
  }

  send(client: Client, { service, method, path, body }: Attempt, headers?: Record<string, string>) {
    const orderId = this.anyOrder() ?? '01890a5d-ac96-774b-bcce-b302099a8057';
    const url = `${oneOf(this.random, this.urlsOf(service))}${path.replace(':orderId', orderId)}`;
    const payload = body && JSON.stringify(body);
    return client.request(method, url, { payload, headers }).catch(toNoAnswer);
  }

  anyOrder() {
    const { orders } = this.book;
    return orders[Math.floor(this.random() * orders.length)]?.orderId;
  }

  /** Without a response, or with an error of the server, nobody has got in. */
  judge(attempt: string, answer: Answer | NoAnswer, expected: number) {
    this.counts.attempts += 1;
    if (answer instanceof NoAnswer || answer.status >= 500) return;
    if (answer.status === expected) this.counts.refused += 1;
    else this.breaches.push({ attempt, status: answer.status });
  }
}

const nameOf = ({ method, path }: Attempt) => `${method} ${path}`;
