import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ANYONE } from '@orderflow/auth';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import { IDEMPOTENCY_MIGRATIONS, IdempotentRequests } from '@orderflow/idempotency';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { CloseOrder } from '../close-order.js';
import { OrdersMetrics } from '../orders.metrics.js';
import { OrdersRepository } from '../orders.repository.js';
import type { Deadlines } from './deadlines.js';
import { ExpireOrders } from './expire-orders.js';
import { LateOrdersMetrics } from './late-orders.metrics.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../../migrations', import.meta.url) };

let test: TestDatabase;
let replica: Database;
let published: OutgoingEvent[];
let outbox: Outbox;
let metrics: Metrics;
let ordersMetrics: OrdersMetrics;

beforeAll(async () => {
  test = await createTestDatabase([IDEMPOTENCY_MIGRATIONS, MIGRATIONS]);
  replica = await test.connect();
});
beforeEach(async () => {
  await test.database.query('TRUNCATE orders');
  published = [];
  const add = async (_: Transaction, events: readonly OutgoingEvent[]) => void published.push(...events);
  outbox = { add } as unknown as Outbox;
  metrics = new Metrics();
  ordersMetrics = new OrdersMetrics(metrics);
});
afterEach(() => void jest.useRealTimers());
afterAll(() => test.drop());

const closing = (database = test.database) =>
  new CloseOrder(new IdempotentRequests(database), new OrdersRepository(database), outbox, ordersMetrics);
const expiring = (database = test.database, deadlines: Deadlines = { expirySeconds: 60 }) =>
  new ExpireOrders(database, new OrdersRepository(database), closing(database), deadlines);

/** Orders that were placed and have their status since so many seconds, oldest first. */
async function insert(status: string, seconds: number, count = 1): Promise<string[]> {
  const rows = await test.database.query<{ order_id: string }>(
    `INSERT INTO orders (order_id, customer_id, items, total_amount, status, history, created_at, status_since)
     SELECT uuidv7($2 * interval '-1 s'), 'CUST-1', '[{ "itemId": "ITEM-001", "quantity": 2 }]', 1, $1::text,
            jsonb_build_array(jsonb_build_object('status', $1::text, 'at', now())), now() - $2 * interval '1 s', now() - $2 * interval '1 s'
     FROM generate_series(1, $3) RETURNING order_id`,
    [status, seconds, count],
  );
  return rows.map(({ order_id }) => order_id);
}

const statuses = () =>
  test.database.query('SELECT status, count(*)::int AS orders FROM orders GROUP BY status ORDER BY status');
const closed = () => published.map(({ key, type }) => `${key} ${type}`);

describe('ExpireOrders', () => {
  it('cancels the orders that have been confirmed for too long, and publishes that', async () => {
    const [due = ''] = await insert('CONFIRMED', 61);
    for (const [status, seconds] of [
      ['CONFIRMED', 59],
      ['PENDING', 99],
      ['FULFILLED', 99],
    ] as const)
      await insert(status, seconds);
    await expiring().execute();
    expect(closed()).toEqual([`${due} ORDER_CANCELLED`]);
    expect(published[0]?.data).toMatchObject({
      orderId: due,
      reason: 'EXPIRED',
      items: [{ itemId: 'ITEM-001', quantity: 2 }],
    });
    const order = await new OrdersRepository(test.database).find(due);
    expect(order).toMatchObject({
      status: 'CANCELLED',
      history: [{ status: 'CONFIRMED' }, { status: 'CANCELLED', reason: 'EXPIRED' }],
    });
    expect(await sample(metrics, 'order_status_changes_total{status="CANCELLED"}')).toBe(1);
  });

  it('counts from the last change of the status, not from the order', async () => {
    const [orderId = ''] = await insert('PENDING', 99);
    await test.database.transaction(async (tx) =>
      new OrdersRepository(test.database).changeStatuses(
        tx,
        new Map([[orderId, { status: 'CONFIRMED', at: new Date() }]]),
      ),
    );
    await expiring().execute();
    expect(await statuses()).toEqual([{ status: 'CONFIRMED', orders: 1 }]);
  });

  it('counts from the creation of an order that an earlier version confirmed', async () => {
    const [due] = [...(await insert('CONFIRMED', 99)), ...(await insert('CONFIRMED', 5))];
    await test.database.query('UPDATE orders SET status_since = NULL');
    await expiring().execute();
    expect(closed()).toEqual([`${due} ORDER_CANCELLED`]);
  });

  it.each([3_600_000, -3_600_000])(
    'cancels no order too early if the clock of the replica is wrong by %i ms',
    async (skew) => {
      const [due] = [...(await insert('CONFIRMED', 61)), ...(await insert('CONFIRMED', 59))];
      jest.useFakeTimers({
        now: Date.now() + skew,
        doNotFake: [
          'nextTick',
          'setImmediate',
          'setTimeout',
          'setInterval',
          'clearTimeout',
          'clearInterval',
          'clearImmediate',
          'performance',
          'hrtime',
          'queueMicrotask',
        ],
      });
      await expiring().execute();
      expect(closed()).toEqual(skew > 0 ? [`${due} ORDER_CANCELLED`] : []); // a replica that is behind leaves it to the others
      jest.useRealTimers();
      await expiring().execute();
      expect(closed()).toEqual([`${due} ORDER_CANCELLED`]);
      expect(await statuses()).toEqual([
        { status: 'CANCELLED', orders: 1 },
        { status: 'CONFIRMED', orders: 1 },
      ]);
    },
  );

  it('cancels each order once, however many replicas expire, and more than fit into a transaction', async () => {
    const due = await insert('CONFIRMED', 99, 250);
    await Promise.all([expiring(), expiring(replica), expiring(replica)].map((each) => each.execute()));
    await expiring().execute(); // those that another replica had locked
    expect(closed().sort()).toEqual(due.map((orderId) => `${orderId} ORDER_CANCELLED`).sort());
    expect(await statuses()).toEqual([{ status: 'CANCELLED', orders: 250 }]);
  });

  it('gives an order that is fulfilled meanwhile one of the two ends', async () => {
    const due = await insert('CONFIRMED', 99, 40);
    const close = closing(replica);
    const fulfilling = due.map((orderId) => close.execute(orderId, { kind: 'fulfilled' }, ANYONE));
    await Promise.all([...fulfilling, expiring().execute()]);
    await expiring().execute();
    expect(published.map(({ key }) => key).sort()).toEqual([...due].sort());
    const ended = (await statuses()) as { status: string; orders: number }[];
    expect(
      ended.map(({ status }) => status).filter((status) => status !== 'CANCELLED' && status !== 'FULFILLED'),
    ).toEqual([]);
  });

  it('does nothing unless a deadline is set', async () => {
    await insert('CONFIRMED', 99);
    await expiring(test.database, {}).execute();
    expect(published).toEqual([]);
  });
});

describe('the metric of late orders', () => {
  it('counts the undecided ones that are older than the deadline', async () => {
    await insert('PENDING', 61, 2);
    await insert('PENDING', 5);
    await insert('CONFIRMED', 99);
    const late = new LateOrdersMetrics(test.database, metrics, { lateSeconds: 60 });
    await late.measure();
    expect(await sample(metrics, 'orders_late')).toBe(2);
  });
});
