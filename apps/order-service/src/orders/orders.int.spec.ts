import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { Answer, Ending } from './domain/order-status.js';
import { EndOrder } from './end-order.js';
import type { Order, OrderRequest } from './domain/order.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';
import { SettleOrders, UnknownOrder } from './settle-orders.js';
import { UndecidedOrders } from './undecided-orders.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../migrations', import.meta.url) };
const reserved: Answer = { kind: 'reserved' };
const insufficient: Answer = { kind: 'insufficient', shortages: [{ itemId: 'ITEM-001', requested: 9, available: 1 }] };

let test: TestDatabase;
let announced: OutgoingEvent[];
let orders: OrdersRepository;
let placeOrder: PlaceOrder;
let settleOrders: SettleOrders;
let outbox: Outbox;
let metrics: Metrics;
let ordersMetrics: OrdersMetrics;

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE orders');
  announced = [];
  const add = async (_: Transaction, events: readonly OutgoingEvent[]) => void announced.push(...events);
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
  settleOrders = new SettleOrders(orders, ordersMetrics);
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
const settle = (...answers: { orderId: string; answer: Answer }[]) =>
  test.database.transaction((tx) => settleOrders.execute(tx, answers));

describe('SettleOrders', () => {
  it('lets orders follow the answers, and keeps the history', async () => {
    const [first, second] = [await place(request()), await place(request())];
    await settle({ orderId: first.orderId, answer: reserved }, { orderId: second.orderId, answer: insufficient });
    const settled = await Promise.all([orders.find(first.orderId), orders.find(second.orderId)]);
    expect(settled.map((order) => order?.history.map(({ status }) => status))).toEqual([
      ['PENDING', 'CONFIRMED'],
      ['PENDING', 'REJECTED'],
    ]);
    expect(settled[1]?.history[1]?.reason).toBe('ITEM-001: 9 requested, 1 available');
  });

  it('decides an order once, even when its answers contradict each other in one batch', async () => {
    const { orderId } = await place(request());
    await settle({ orderId, answer: reserved }, { orderId, answer: insufficient });
    await settle({ orderId, answer: insufficient });
    expect((await orders.find(orderId))?.history.map(({ status }) => status)).toEqual(['PENDING', 'CONFIRMED']);
  });

  it('fails for an order that is not here, and settles nothing of the batch', async () => {
    const { orderId } = await place(request());
    const unknown = '01a20a1d-3502-7688-9689-0e41c380fa7b';
    for (const stranger of [unknown, 'not-even-a-uuid']) {
      await expect(settle({ orderId, answer: reserved }, { orderId: stranger, answer: reserved })).rejects.toThrow(
        UnknownOrder,
      );
    }
    expect((await orders.find(orderId))?.status).toBe('PENDING');
  });
});

describe('EndOrder', () => {
  const end = (orderId: string, ending: Ending, database: Database = test.database) =>
    new EndOrder(database, new OrdersRepository(database), outbox, ordersMetrics).execute(orderId, ending);
  const types = () => announced.map(({ type }) => type);

  it('cancels a pending order, keeps why, and tells of it once', async () => {
    const { orderId, customerId, items } = await place(request());
    const outcome = await end(orderId, { kind: 'cancelled', reason: 'changed my mind' });
    expect(outcome).toEqual({ kind: 'ended', order: await orders.find(orderId) });
    expect((await orders.find(orderId))?.history[1]).toMatchObject({ status: 'CANCELLED', reason: 'changed my mind' });
    expect(announced[1]).toMatchObject({
      topic: 'order-events',
      key: orderId,
      type: 'ORDER_CANCELLED',
      data: { orderId, customerId, items, reason: 'changed my mind', cancelledAt: expect.any(String) },
    });
    expect(await end(orderId, { kind: 'cancelled' })).toEqual({ kind: 'forbidden', status: 'CANCELLED' });
    expect(types()).toEqual(['ORDER_CREATED', 'ORDER_CANCELLED']);
  });

  it('fulfils a confirmed order and no other', async () => {
    const { orderId, customerId, items } = await place(request());
    expect(await end(orderId, { kind: 'fulfilled' })).toEqual({ kind: 'forbidden', status: 'PENDING' });
    await settle({ orderId, answer: reserved });
    expect(await end(orderId, { kind: 'fulfilled' })).toMatchObject({ order: { status: 'FULFILLED' } });
    expect(announced[1]).toMatchObject({ type: 'ORDER_FULFILLED', data: { orderId, customerId, items } });
    expect(await end(orderId, { kind: 'cancelled' })).toEqual({ kind: 'forbidden', status: 'FULFILLED' });
    expect((await orders.find(orderId))?.history.map(({ status }) => status)).toEqual([
      'PENDING',
      'CONFIRMED',
      'FULFILLED',
    ]);
  });

  it('knows no order that is not here', async () => {
    for (const stranger of ['01a20a1d-3502-7688-9689-0e41c380fa7b', 'not-even-a-uuid']) {
      expect(await end(stranger, { kind: 'cancelled' })).toEqual({ kind: 'unknown' });
    }
  });

  it('leaves a cancelled order as it is when the answer of inventory comes late', async () => {
    const { orderId } = await place(request());
    await end(orderId, { kind: 'cancelled' });
    await settle({ orderId, answer: reserved }, { orderId, answer: insufficient });
    expect((await orders.find(orderId))?.history.map(({ status }) => status)).toEqual(['PENDING', 'CANCELLED']);
  });

  it('lets one of two ends win, on whichever replica, while the answer of inventory arrives', async () => {
    const replica = await test.connect();
    for (let n = 0; n < 20; n += 1) {
      const { orderId } = await place(request());
      if (n % 2) await settle({ orderId, answer: reserved });
      announced = [];
      const outcomes = await Promise.all([
        end(orderId, { kind: 'cancelled' }),
        end(orderId, { kind: n % 2 ? 'fulfilled' : 'cancelled' }, replica),
        settle({ orderId, answer: reserved }),
      ]);
      expect(outcomes.filter((outcome) => outcome?.kind === 'ended').length).toBe(1);
      const order = await orders.find(orderId);
      expect(types()).toEqual([`ORDER_${order?.status}`]);
      expect(order?.history.filter(({ status }) => status === 'CANCELLED' || status === 'FULFILLED').length).toBe(1);
    }
  });

  it('keeps neither the state nor the event when one of them fails', async () => {
    const { orderId } = await place(request());
    const broken = { add: () => Promise.reject(new Error('no')) } as unknown as Outbox;
    const failing = new EndOrder(test.database, orders, broken, ordersMetrics).execute(orderId, { kind: 'cancelled' });
    await expect(failing).rejects.toThrow('no');
    expect((await orders.find(orderId))?.status).toBe('PENDING');
  });
});

describe('OrdersRepository.list', () => {
  it('pages through all orders, newest first, and none twice', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.unshift((await place(request())).orderId);
    const first = await orders.list({}, { before: null, limit: 4 });
    const second = await orders.list({}, { before: first.at(-1)?.orderId ?? null, limit: 4 });
    expect([...first, ...second].map(({ orderId }) => orderId)).toEqual(ids);
  });

  it('filters by customer, status and time of creation', async () => {
    const mine = await place(request('CUST-mine'));
    const other = await place(request('CUST-other'));
    await settle({ orderId: other.orderId, answer: reserved });
    const idsOf = async (filter: Parameters<OrdersRepository['list']>[0]) =>
      (await orders.list(filter, { before: null, limit: 10 })).map(({ orderId }) => orderId);
    expect(await idsOf({ customerId: 'CUST-mine' })).toEqual([mine.orderId]);
    expect(await idsOf({ status: 'CONFIRMED' })).toEqual([other.orderId]);
    expect(await idsOf({ from: other.createdAt })).toContain(other.orderId);
    expect(await idsOf({ to: mine.createdAt })).toEqual([]);
  });
});

describe('what the service shows of its orders', () => {
  const end = (orderId: string, kind: 'cancelled' | 'fulfilled') =>
    new EndOrder(test.database, orders, outbox, ordersMetrics).execute(orderId, { kind });
  const came = (status: string) => sample(metrics, `order_status_changes_total{status="${status}"}`);

  it('counts each change of a status with its commit, and how long decisions took', async () => {
    const [one, other] = [await place(request()), await place(request())];
    await settle({ orderId: one.orderId, answer: { kind: 'reserved' } });
    await end(other.orderId, 'cancelled');
    await settle({ orderId: other.orderId, answer: { kind: 'reserved' } }); // too late
    await end(one.orderId, 'fulfilled');
    await end(one.orderId, 'fulfilled'); // forbidden
    const counts = await Promise.all(['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED', 'FULFILLED'].map(came));
    expect(counts).toEqual([2, 1, 0, 1, 1]);
    const decided = (status: string) => sample(metrics, `order_decision_duration_seconds_count{status="${status}"}`);
    expect([await decided('CONFIRMED'), await decided('REJECTED')]).toEqual([1, 0]); // 0, not missing: rates need a start
  });

  it('counts nothing that is rolled back', async () => {
    const { orderId } = await place(request());
    const undone = test.database.transaction(async (tx) => {
      await settleOrders.execute(tx, [{ orderId, answer: { kind: 'reserved' } }]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await came('CONFIRMED')).toBe(0);
  });

  it('knows how many are undecided', async () => {
    const { orderId } = await place(request());
    await place(request());
    await settle({ orderId, answer: { kind: 'reserved' } });
    await new UndecidedOrders(test.database, metrics).look();
    expect(await sample(metrics, 'orders_undecided')).toBe(1);
    expect(await sample(metrics, 'orders_undecided_oldest_age_seconds')).toBeGreaterThan(0);
  });
});
