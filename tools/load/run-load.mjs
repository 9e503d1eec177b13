import { Failure } from '../stack/failure.mjs';
import { Client, NoAnswer } from './client.mjs';
import { now } from './clock.mjs';
import { createCatalogue } from './create-catalogue.mjs';
import { followDecisions } from './follow-decisions.mjs';
import { loopbackOrigin } from './loopback.mjs';
import { measure } from './measure.mjs';
import { OrderBook } from './order-book.mjs';
import { toNoAnswer } from './patience.mjs';
import { placeOrders } from './place-orders.mjs';
import { planRun } from './plan.mjs';
import { readOutcome } from './read-outcome.mjs';
import { verify } from './verify.mjs';

/**
 * @typedef {object} LoadOptions
 * @property {number} [orders]
 * @property {number} [connections]
 * @property {number} [customers]
 * @property {number} [patienceMs] the longest wait for any one thing: a 201, the last decision, the last notification
 * @property {string} [orderUrl]
 * @property {string} [inventoryUrl]
 * @property {string} [notificationUrl]
 * @property {(progress: Progress) => void} [onProgress] about ten times a second while orders are posted and decided
 */
/**
 * @typedef {object} Progress
 * @property {'posting' | 'deciding' | 'verifying'} phase
 * @property {number} orders to be posted
 * @property {number} answered 201, refused for good or unknown
 * @property {number} accepted
 * @property {number} decided at least
 * @property {number} refused for good
 * @property {number} unknown sent, not answered
 * @property {number} retried503
 * @property {number} retriedConnections
 */
/** @typedef {Awaited<ReturnType<typeof runLoad>>} LoadResult */

const DEFAULTS = {
  orders: 10_000,
  connections: 64,
  customers: 100,
  patienceMs: 120_000,
  orderUrl: 'http://localhost:3001',
  inventoryUrl: 'http://localhost:3002',
  notificationUrl: 'http://localhost:3003',
  onProgress: (/** @type {Progress} */ _progress) => {},
};
const READING_CONNECTIONS = 4;

/**
 * Posts orders to a running system, waits for their decisions and notifications, and verifies from outside that none
 * was lost, doubled or contradicted. Services may be killed and started again meanwhile.
 * @param {LoadOptions} [given]
 * @throws {import('../stack/failure.mjs').Failure} where the run cannot start, or what it did cannot be read back
 */
export async function runLoad(given = {}) {
  const options = { ...DEFAULTS, ...given };
  const origins = originsOf(options);
  const posting = new Client(options.connections);
  const reading = new Client(READING_CONNECTIONS);
  try {
    await assertReachable(reading, Object.values(origins));
    return await load({ posting, reading }, { ...options, ...origins });
  } finally {
    posting.close();
    reading.close();
  }
}

/**
 * @param {{ posting: Client, reading: Client }} clients
 * @param {typeof DEFAULTS} options
 */
async function load(clients, options) {
  const { orders, customers, patienceMs } = options;
  const plan = planRun({ orders, customers });
  await createCatalogue(clients.reading, { ...options, items: plan.items, giveUpAt: now() + patienceMs });
  const book = new OrderBook();
  await placeAndFollow(clients, { ...options, plan, book });
  const outcome = await readOutcome({ client: clients.reading, giveUpAt: now() + patienceMs }, { ...options, plan });
  return {
    runId: plan.runId,
    orders,
    ...book.counts(),
    ...measure(book, outcome.orders),
    violations: verify(plan, book.placements, outcome),
  };
}

/**
 * @param {{ posting: Client, reading: Client }} clients
 * @param {typeof DEFAULTS & { plan: import('./plan.mjs').Plan, book: OrderBook }} options
 */
async function placeAndFollow(clients, { plan, book, onProgress, ...options }) {
  const posting = placeOrders(clients.posting, { ...options, book, orders: plan.orders });
  let decided = 0;
  const tell = (/** @type {Progress['phase']} */ phase) =>
    onProgress({ phase, orders: plan.orders.length, decided, ...book.counts() });
  const onLook = (/** @type {number} */ decidedSoFar) => {
    decided = decidedSoFar;
    tell(book.placements.length < plan.orders.length ? 'posting' : 'deciding');
  };
  const customerIds = new Set(plan.customerIds);
  const following = followDecisions(clients.reading, { ...options, customerIds, book, posting, onLook });
  await Promise.all([posting, following]);
  tell('verifying');
}

/** @param {Pick<typeof DEFAULTS, 'orderUrl' | 'inventoryUrl' | 'notificationUrl'>} urls */
function originsOf({ orderUrl, inventoryUrl, notificationUrl }) {
  return {
    orderUrl: loopbackOrigin(orderUrl),
    inventoryUrl: loopbackOrigin(inventoryUrl),
    notificationUrl: loopbackOrigin(notificationUrl),
  };
}

/**
 * @param {Client} client
 * @param {string[]} origins
 */
async function assertReachable(client, origins) {
  for (const origin of origins) {
    const answer = await client.get(`${origin}/health`).catch(toNoAnswer);
    if (answer instanceof NoAnswer)
      throw new Failure(`${origin} does not answer (${answer.message}): start the system with npm start`);
  }
}
