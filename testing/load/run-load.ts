import { Failure } from '../../tools/stack/failure.mjs';
import { Client, type Headers, NoAnswer } from './client.ts';
import { now } from './clock.ts';
import { createCatalogue } from './create-catalogue.ts';
import { followDecisions } from './follow-decisions.ts';
import { loopbackOrigin } from './loopback.ts';
import { measure } from './measure.ts';
import { OrderBook } from './order-book.ts';
import { toNoAnswer } from './patience.ts';
import { placeOrders } from './place-orders.ts';
import { planRun, type Plan } from './plan.ts';
import { readOutcome } from './read-outcome.ts';
import { verify } from './verify.ts';

export interface LoadOptions {
  orders?: number;
  connections?: number;
  customers?: number;
  /** the longest wait for any one thing: a 201, the last decision, the last notification */
  patienceMs?: number;
  orderUrl?: string;
  inventoryUrl?: string;
  notificationUrl?: string;
  /** of each request, such as `authorization` */
  headers?: Headers;
  /** about ten times a second while orders are posted and decided */
  onProgress?: (progress: Progress) => void;
}

export interface Progress {
  phase: 'posting' | 'deciding' | 'verifying';
  /** to be posted */
  orders: number;
  /** 201, refused for good or unknown */
  answered: number;
  accepted: number;
  /** at least */
  decided: number;
  /** for good */
  refused: number;
  /** of those refused: by a 401 or 403 */
  denied: number;
  /** sent, not answered */
  unknown: number;
  retried503: number;
  retriedConnections: number;
}

export type LoadResult = Awaited<ReturnType<typeof runLoad>>;

const nothing: (progress: Progress) => void = () => {};
const noHeaders: Headers = {};

const DEFAULTS = {
  orders: 10_000,
  connections: 64,
  customers: 100,
  patienceMs: 120_000,
  orderUrl: 'http://localhost:3001',
  inventoryUrl: 'http://localhost:3002',
  notificationUrl: 'http://localhost:3003',
  headers: noHeaders,
  onProgress: nothing,
};
const READING_CONNECTIONS = 4;

/**
 * Posts orders to a running system, waits for their decisions and notifications, and verifies from outside that none is
 * lost, duplicated or contradictory. Services may be killed and started again meanwhile.
 * @throws {Failure} if the run cannot start, or its data cannot be read
 */
export async function runLoad(given: LoadOptions = {}) {
  const options = { ...DEFAULTS, ...given };
  const origins = originsOf(options);
  const { headers } = options;
  const posting = new Client(options.connections, { headers });
  const reading = new Client(READING_CONNECTIONS, { headers });
  try {
    await assertReachable(reading, Object.values(origins));
    return await load({ posting, reading }, { ...options, ...origins });
  } finally {
    posting.close();
    reading.close();
  }
}

async function load(clients: { posting: Client; reading: Client }, options: typeof DEFAULTS) {
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

async function placeAndFollow(
  clients: { posting: Client; reading: Client },
  { plan, book, onProgress, ...options }: typeof DEFAULTS & { plan: Plan; book: OrderBook },
) {
  const posting = placeOrders(clients.posting, { ...options, book, orders: plan.orders });
  let decided = 0;
  const tell = (phase: Progress['phase']) =>
    onProgress({ phase, orders: plan.orders.length, decided, ...book.counts() });
  const onLook = (decidedSoFar: number) => {
    decided = decidedSoFar;
    tell(book.placements.length < plan.orders.length ? 'posting' : 'deciding');
  };
  const customerIds = new Set(plan.customerIds);
  const following = followDecisions(clients.reading, { ...options, customerIds, book, posting, onLook });
  await Promise.all([posting, following]);
  tell('verifying');
}

function originsOf({
  orderUrl,
  inventoryUrl,
  notificationUrl,
}: Pick<typeof DEFAULTS, 'orderUrl' | 'inventoryUrl' | 'notificationUrl'>) {
  return {
    orderUrl: loopbackOrigin(orderUrl),
    inventoryUrl: loopbackOrigin(inventoryUrl),
    notificationUrl: loopbackOrigin(notificationUrl),
  };
}

async function assertReachable(client: Client, origins: string[]) {
  for (const origin of origins) {
    const answer = await client.get(`${origin}/health/live`).catch(toNoAnswer);
    if (answer instanceof NoAnswer)
      throw new Failure(`${origin} does not answer (${answer.message}): start the system with npm start`);
  }
}
