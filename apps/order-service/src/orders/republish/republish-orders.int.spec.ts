import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { v7 as uuidv7 } from 'uuid';
import { type ClosingAction, closeOrder } from '../domain/close-order.js';
import { createOrder, type Order, withChange } from '../domain/order.js';
import { decideOrder, type InventoryReply, type StatusChange } from '../domain/order-status.js';
import { OrdersRepository } from '../orders.repository.js';
import { RepublishOrders } from './republish-orders.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../../migrations', import.meta.url) };
const REQUEST = { customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 2 }], totalAmount: 12 };
const HOUR_MS = 3_600_000;

let test: TestDatabase;
let orders: OrdersRepository;
let published: OutgoingEvent[];
let republishOrders: RepublishOrders;

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE orders');
  published = [];
  const add = async (_: Transaction, events: readonly OutgoingEvent[]) => void published.push(...events);
  orders = new OrdersRepository(test.database);
  republishOrders = new RepublishOrders(test.database, orders, { add } as unknown as Outbox);
});
afterAll(() => test.drop());

/** @returns the id of an order that was placed so long ago and then changed by the triggers */
async function placed(agoMs: number, ...triggers: readonly (InventoryReply | ClosingAction)[]): Promise<string> {
  const at = new Date(Date.now() - agoMs);
  let order = createOrder(REQUEST, { orderId: uuidv7({ msecs: at.getTime() }), at });
  await test.database.transaction(async (tx) => {
    orders.insert(tx, [order]);
    for (const trigger of triggers) {
      const change = changeBy(trigger, order, at);
      if (!change) throw new Error(`${trigger.kind} is impossible`);
      orders.changeStatuses(tx, new Map([[order.orderId, change]]));
      order = withChange(order, change);
    }
  });
  return order.orderId;
}

function changeBy(trigger: InventoryReply | ClosingAction, order: Order, at: Date): StatusChange | undefined {
  if (trigger.kind === 'reserved' || trigger.kind === 'insufficient') return decideOrder(order.status, trigger, at);
  const closing = closeOrder(order, trigger, { at });
  return closing.kind === 'closed' ? closing.change : undefined;
}

const summaries = () => published.map(({ type, key }) => [type, key]);

describe('RepublishOrders', () => {
  it('publishes undecided orders that are older than a minute, under the same ids each time', async () => {
    const old = await placed(2 * HOUR_MS);
    await placed(0);
    await placed(2 * HOUR_MS, { kind: 'reserved' });
    const outcome = { orders: 1, events: 1, remaining: false, lastOrderId: old };
    expect(await republishOrders.execute({ status: 'PENDING' })).toEqual(outcome);
    await republishOrders.execute({ status: 'PENDING' });
    expect(summaries()).toEqual([
      ['ORDER_CREATED', old],
      ['ORDER_CREATED', old],
    ]);
    expect(published[0]?.id).toBeDefined();
    expect(published[1]).toEqual(published[0]);
  });

  it('publishes every event of the orders of a period, in order', async () => {
    const from = new Date(Date.now() - 3 * HOUR_MS);
    const to = new Date(Date.now() - HOUR_MS);
    await placed(4 * HOUR_MS);
    const cancelled = await placed(2 * HOUR_MS, { kind: 'cancelled', reason: 'changed my mind' });
    const fulfilled = await placed(1.5 * HOUR_MS, { kind: 'reserved' }, { kind: 'fulfilled' });
    const part = { kind: 'fulfilled', items: [{ itemId: 'ITEM-001', quantity: 1 }] } as const;
    const parted = await placed(1.2 * HOUR_MS, { kind: 'reserved' }, part, { kind: 'cancelled' });
    await placed(0.5 * HOUR_MS);
    expect(await republishOrders.execute({ from, to })).toMatchObject({ orders: 3, events: 7 });
    expect(summaries()).toEqual([
      ['ORDER_CREATED', cancelled],
      ['ORDER_CANCELLED', cancelled],
      ['ORDER_CREATED', fulfilled],
      ['ORDER_FULFILLED', fulfilled],
      ['ORDER_CREATED', parted],
      ['ORDER_PARTIALLY_FULFILLED', parted],
      ['ORDER_FULFILLED', parted],
    ]);
    expect(published[1]?.data).toMatchObject({ reason: 'changed my mind' });
  });

  it('stops at the maximum number of orders, and the next request continues after it', async () => {
    const ids = [await placed(4 * HOUR_MS), await placed(3 * HOUR_MS), await placed(2 * HOUR_MS)];
    const first = await republishOrders.execute({ status: 'PENDING' }, 2);
    expect(first).toEqual({ orders: 2, events: 2, remaining: true, lastOrderId: ids[1] });
    const rest = await republishOrders.execute({ status: 'PENDING', after: ids[1] }, 2);
    expect(rest).toEqual({ orders: 1, events: 1, remaining: false, lastOrderId: ids[2] });
    expect(summaries().map(([, key]) => key)).toEqual(ids);
  });
});
