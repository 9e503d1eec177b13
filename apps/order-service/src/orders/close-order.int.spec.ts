import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ANYONE } from '@orderflow/auth';
import { IDEMPOTENCY_MIGRATIONS, IdempotentRequests } from '@orderflow/idempotency';
import { Metrics } from '@orderflow/observability';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { ApplyInventoryReplies, type OrderReply } from './apply-inventory-replies.js';
import { CloseOrder } from './close-order.js';
import type { Order, OrderRequest } from './domain/order.js';
import type { ClosingAction } from './domain/close-order.js';
import type { InventoryReply } from './domain/order-status.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { eventHistory } from './order-events.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';

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

describe('CloseOrder', () => {
  const close = (orderId: string, action: ClosingAction, database: Database = test.database) =>
    new CloseOrder(new IdempotentRequests(database), new OrdersRepository(database), outbox, ordersMetrics).execute(
      orderId,
      action,
      ANYONE,
    );
  const types = () => published.map(({ type }) => type);

  it('cancels a pending order, stores the reason, and publishes the event once', async () => {
    const { orderId, customerId, items } = await place(request());
    const outcome = await close(orderId, { kind: 'cancelled', reason: 'changed my mind' });
    expect(outcome).toEqual({ kind: 'closed', order: await orders.find(orderId) });
    expect((await orders.find(orderId))?.history[1]).toMatchObject({ status: 'CANCELLED', reason: 'changed my mind' });
    expect(published[1]).toMatchObject({
      topic: 'order-events',
      key: orderId,
      type: 'ORDER_CANCELLED',
      data: { orderId, customerId, items, reason: 'changed my mind', cancelledAt: expect.any(String) },
    });
    expect(await close(orderId, { kind: 'cancelled' })).toEqual({ kind: 'forbidden', status: 'CANCELLED' });
    expect(types()).toEqual(['ORDER_CREATED', 'ORDER_CANCELLED']);
  });

  it('fulfils a confirmed order and no other', async () => {
    const { orderId, customerId, items } = await place(request());
    expect(await close(orderId, { kind: 'fulfilled' })).toEqual({ kind: 'forbidden', status: 'PENDING' });
    await apply({ orderId, reply: reserved });
    expect(await close(orderId, { kind: 'fulfilled' })).toMatchObject({ order: { status: 'FULFILLED' } });
    expect(published[1]).toMatchObject({ type: 'ORDER_FULFILLED', data: { orderId, customerId, items } });
    expect(await close(orderId, { kind: 'cancelled' })).toEqual({ kind: 'forbidden', status: 'FULFILLED' });
    expect((await orders.find(orderId))?.history.map(({ status }) => status)).toEqual([
      'PENDING',
      'CONFIRMED',
      'FULFILLED',
    ]);
  });

  it('ships an order in parts, each with an event of its own id, which is published again with the same', async () => {
    const { orderId } = await place({ ...request(), items: [{ itemId: 'CUP', quantity: 3 }] });
    await apply({ orderId, reply: reserved });
    const part = (quantity: number) => close(orderId, { kind: 'fulfilled', items: [{ itemId: 'CUP', quantity }] });
    expect(await part(1)).toMatchObject({ order: { status: 'PARTIALLY_FULFILLED' } });
    expect(await part(1)).toMatchObject({ order: { status: 'PARTIALLY_FULFILLED' } });
    expect(await part(2)).toEqual({ kind: 'too-many', excess: [{ itemId: 'CUP', requested: 2, left: 1 }] });
    expect(await close(orderId, { kind: 'cancelled', reason: 'enough' })).toMatchObject({
      order: { status: 'FULFILLED' },
    });
    expect(published.slice(1)).toMatchObject([
      { type: 'ORDER_PARTIALLY_FULFILLED', data: { part: 1, shipment: [{ itemId: 'CUP', quantity: 1 }] } },
      { type: 'ORDER_PARTIALLY_FULFILLED', data: { part: 2, shipment: [{ itemId: 'CUP', quantity: 1 }] } },
      { type: 'ORDER_FULFILLED', data: { cancelled: [{ itemId: 'CUP', quantity: 1 }], reason: 'enough' } },
    ]);
    expect(new Set(published.map(({ id }) => id)).size).toBe(4);
    const order = await orders.find(orderId);
    expect(order && eventHistory(order)).toEqual(published);
  });

  it('takes effect once if the request is repeated with its key', async () => {
    const { orderId } = await place({ ...request(), items: [{ itemId: 'CUP', quantity: 3 }] });
    await apply({ orderId, reply: reserved });
    const keyed = { key: 'k-1', operation: 'fulfil', hash: () => Buffer.from('a') };
    const ship = () =>
      new CloseOrder(new IdempotentRequests(test.database), orders, outbox, ordersMetrics).execute(
        orderId,
        { kind: 'fulfilled', items: [{ itemId: 'CUP', quantity: 1 }] },
        ANYONE,
        keyed,
      );
    const first = await ship();
    expect(await ship()).toEqual(first);
    expect(types()).toEqual(['ORDER_CREATED', 'ORDER_PARTIALLY_FULFILLED']);
  });

  it('does not find an order that does not exist', async () => {
    for (const missing of ['01a20a1d-3502-7688-9689-0e41c380fa7b', 'not-even-a-uuid']) {
      expect(await close(missing, { kind: 'cancelled' })).toEqual({ kind: 'not-found' });
    }
  });

  it('leaves a cancelled order unchanged when the reply of inventory is late', async () => {
    const { orderId } = await place(request());
    await close(orderId, { kind: 'cancelled' });
    await apply({ orderId, reply: reserved }, { orderId, reply: insufficient });
    expect((await orders.find(orderId))?.history.map(({ status }) => status)).toEqual(['PENDING', 'CANCELLED']);
  });

  it('closes an order once when two replicas close it while the reply of inventory arrives', async () => {
    const replica = await test.connect();
    for (let n = 0; n < 20; n += 1) {
      const { orderId } = await place(request());
      if (n % 2) await apply({ orderId, reply: reserved });
      published = [];
      const outcomes = await Promise.all([
        close(orderId, { kind: 'cancelled' }),
        close(orderId, { kind: n % 2 ? 'fulfilled' : 'cancelled' }, replica),
        apply({ orderId, reply: reserved }),
      ]);
      expect(outcomes.filter((outcome) => outcome?.kind === 'closed').length).toBe(1);
      const order = await orders.find(orderId);
      expect(types()).toEqual([`ORDER_${order?.status}`]);
      expect(order?.history.filter(({ status }) => status === 'CANCELLED' || status === 'FULFILLED').length).toBe(1);
    }
  });

  it('stores neither the status nor the event if one of them fails', async () => {
    const { orderId } = await place(request());
    const broken = { add: () => Promise.reject(new Error('no')) } as unknown as Outbox;
    const failing = new CloseOrder(new IdempotentRequests(test.database), orders, broken, ordersMetrics).execute(
      orderId,
      { kind: 'cancelled' },
      ANYONE,
    );
    await expect(failing).rejects.toThrow('no');
    expect((await orders.find(orderId))?.status).toBe('PENDING');
  });
});
