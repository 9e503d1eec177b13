import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ANYONE } from '@orderflow/auth';
import { IDEMPOTENCY_MIGRATIONS, IdempotentRequests } from '@orderflow/idempotency';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { ApplyInventoryReplies, type OrderReply, UnknownOrder } from './apply-inventory-replies.js';
import { CloseOrder } from './close-order.js';
import type { Order, OrderRequest } from './domain/order.js';
import type { InventoryReply } from './domain/order-status.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';
import { UndecidedOrdersMetrics } from './undecided-orders.metrics.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../migrations', import.meta.url) };
const reserved: InventoryReply = { kind: 'reserved' };
const insufficient: InventoryReply = {
  kind: 'insufficient',
  shortages: [{ itemId: 'ITEM-001', requested: 9, available: 1 }],
};

let test: TestDatabase;
let published: OutgoingEvent[];
let orders: OrdersRepository;
let placeOrder: PlaceOrder;
let applyReplies: ApplyInventoryReplies;
let outbox: Outbox;
let metrics: Metrics;
let ordersMetrics: OrdersMetrics;

beforeAll(async () => {
  test = await createTestDatabase([IDEMPOTENCY_MIGRATIONS, MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE orders');
  published = [];
  const add = async (_: Transaction, events: readonly OutgoingEvent[]) => void published.push(...events);
  outbox = { add } as unknown as Outbox;
  metrics = new Metrics();
  ordersMetrics = new OrdersMetrics(metrics);
  orders = new OrdersRepository(test.database);
  placeOrder = new PlaceOrder(
    test.database,
    orders,
    new IdempotencyKeysRepository(test.database),
    outbox,
    ordersMetrics,
  );
  applyReplies = new ApplyInventoryReplies(orders, ordersMetrics);
});
afterAll(() => test.drop());

const request = (customerId = 'CUST-1') => ({
  customerId,
  items: [{ itemId: 'ITEM-001', quantity: 2 }],
  totalAmount: 12.3456,
});
const place = async (order: OrderRequest): Promise<Order> => {
  const outcome = await placeOrder.execute(order);
  if (outcome.kind !== 'placed') throw new Error(`expected a new order, not ${outcome.kind}`);
  return outcome.order;
};
const apply = (...replies: OrderReply[]) => test.database.transaction((tx) => applyReplies.execute(tx, replies));

describe('ApplyInventoryReplies', () => {
  it('confirms and rejects orders, and appends to their history', async () => {
    const [first, second] = [await place(request()), await place(request())];
    await apply({ orderId: first.orderId, reply: reserved }, { orderId: second.orderId, reply: insufficient });
    const decided = await Promise.all([orders.find(first.orderId), orders.find(second.orderId)]);
    expect(decided.map((order) => order?.history.map(({ status }) => status))).toEqual([
      ['PENDING', 'CONFIRMED'],
      ['PENDING', 'REJECTED'],
    ]);
    expect(decided[1]?.history[1]).toMatchObject({
      reason: 'ITEM-001: 9 requested, 1 available',
      shortages: [{ itemId: 'ITEM-001', requested: 9, available: 1 }],
    });
  });

  it('decides an order once, even if its replies contradict each other within a batch', async () => {
    const { orderId } = await place(request());
    await apply({ orderId, reply: reserved }, { orderId, reply: insufficient });
    await apply({ orderId, reply: insufficient });
    expect((await orders.find(orderId))?.history.map(({ status }) => status)).toEqual(['PENDING', 'CONFIRMED']);
  });

  it('fails for an order that does not exist, and writes nothing of the batch', async () => {
    const { orderId } = await place(request());
    const unknown = '01a20a1d-3502-7688-9689-0e41c380fa7b';
    for (const missing of [unknown, 'not-even-a-uuid']) {
      await expect(apply({ orderId, reply: reserved }, { orderId: missing, reply: reserved })).rejects.toThrow(
        UnknownOrder,
      );
    }
    expect((await orders.find(orderId))?.status).toBe('PENDING');
  });
});

describe('OrdersRepository.list', () => {
  it('pages through all orders, newest first, without repeating one', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.unshift((await place(request())).orderId);
    const { rows: first } = await orders.list({}, { before: null, limit: 4 });
    const { rows: second } = await orders.list({}, { before: first.at(-1)?.orderId ?? null, limit: 4 });
    expect([...first, ...second].map(({ orderId }) => orderId)).toEqual(ids);
  });

  it('filters by customer, status and time of creation', async () => {
    const mine = await place(request('CUST-mine'));
    const other = await place(request('CUST-other'));
    await apply({ orderId: other.orderId, reply: reserved });
    const idsOf = async (filter: Parameters<OrdersRepository['list']>[0]) =>
      (await orders.list(filter, { before: null, limit: 10 })).rows.map(({ orderId }) => orderId);
    expect(await idsOf({ customerId: 'CUST-mine' })).toEqual([mine.orderId]);
    expect(await idsOf({ status: 'CONFIRMED' })).toEqual([other.orderId]);
    expect(await idsOf({ from: other.createdAt })).toContain(other.orderId);
    expect(await idsOf({ to: mine.createdAt })).toEqual([]);
  });
});

describe('the metrics of orders', () => {
  const close = (orderId: string, kind: 'cancelled' | 'fulfilled') =>
    new CloseOrder(new IdempotentRequests(test.database), orders, outbox, ordersMetrics).execute(
      orderId,
      { kind },
      ANYONE,
    );
  const countOf = (status: string) => sample(metrics, `order_status_changes_total{status="${status}"}`);

  it('count each status change after its commit, and how long decisions took', async () => {
    const [one, other] = [await place(request()), await place(request())];
    await apply({ orderId: one.orderId, reply: { kind: 'reserved' } });
    await close(other.orderId, 'cancelled');
    await apply({ orderId: other.orderId, reply: { kind: 'reserved' } }); // too late
    await close(one.orderId, 'fulfilled');
    await close(one.orderId, 'fulfilled'); // forbidden
    const counts = await Promise.all(['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED', 'FULFILLED'].map(countOf));
    expect(counts).toEqual([2, 1, 0, 1, 1]);
    const decided = (status: string) => sample(metrics, `order_decision_duration_seconds_count{status="${status}"}`);
    expect([await decided('CONFIRMED'), await decided('REJECTED')]).toEqual([1, 0]); // 0, not missing: rates need a start
  });

  it('count nothing that is rolled back', async () => {
    const { orderId } = await place(request());
    const rolledBack = test.database.transaction(async (tx) => {
      await applyReplies.execute(tx, [{ orderId, reply: { kind: 'reserved' } }]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await countOf('CONFIRMED')).toBe(0);
  });

  it('show how many orders are undecided', async () => {
    const { orderId } = await place(request());
    await place(request());
    await apply({ orderId, reply: { kind: 'reserved' } });
    await new UndecidedOrdersMetrics(test.database, metrics).measure();
    expect(await sample(metrics, 'orders_undecided')).toBe(1);
    expect(await sample(metrics, 'orders_undecided_oldest_age_seconds')).toBeGreaterThan(0);
  });
});
