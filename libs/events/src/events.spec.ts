import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { InventoryInsufficient, inventoryEvents } from './inventory-events.js';
import { OrderCancelled, OrderCreated, orderEvents } from './order-events.js';

const created = {
  orderId: 'o-1',
  customerId: 'CUST-1',
  items: [{ itemId: 'ITEM-001', quantity: 2 }],
  totalAmount: 25,
  createdAt: '2026-01-02T03:04:05.000Z',
};

const violations = (type: new () => object, data: object) =>
  validatorOf(type, { unknownMembers: 'refuse' })
    .violationsOf(data)
    .map(({ pointer }) => pointer.split('/')[1]);

describe('OrderCreated', () => {
  it('has the data that its consumers need', () => {
    expect(violations(OrderCreated, created)).toEqual([]);
  });

  it.each<[string, object]>([
    ['orderId', { orderId: 'with space' }],
    ['customerId', { customerId: '' }],
    ['items', { items: [] }],
    ['items', { items: [{ itemId: 'ITEM-001', quantity: 1_000_001 }] }],
    ['items', { items: [created.items[0], created.items[0]] }],
    ['items', { items: Array.from({ length: 101 }, (_, n) => ({ itemId: `I-${n}`, quantity: 1 })) }],
    ['totalAmount', { totalAmount: -1 }],
    ['currency', { currency: 'XXL' }],
    ['items', { items: [[]] }],
    ['items', { items: [[created.items[0]]] }],
    ['createdAt', { createdAt: 'yesterday' }],
    ['createdAt', { createdAt: '2026-02-30T00:00:00.000Z' }],
    ['later', { later: true }],
  ])('is refused with bad %s (case %#)', (property, change) => {
    expect(violations(OrderCreated, { ...created, ...change })).toEqual([property]);
  });
});

it.each(['EUR', 'eur', 'XCG', 'ZWG', 'VED'])('OrderCreated knows the currency %s', (currency) => {
  expect(violations(OrderCreated, { ...created, currency })).toEqual([]);
});

it('takes no longer for a list of a million entries than for one that is in bounds', () => {
  const entries = new Proxy(Array(1_000_000), {
    get(target, name) {
      if (name === 'length') return target.length;
      throw new Error(`entry ${String(name)} was looked at`);
    },
  });
  expect(violations(OrderCreated, { ...created, items: entries })).toEqual(['items']);
});

describe('OrderCancelled', () => {
  const { orderId, customerId, items } = created;
  const cancelled = { orderId, customerId, items, cancelledAt: created.createdAt };

  it.each([undefined, 'x', 'changed my mind ✂️', 'x'.repeat(500)])('may give a reason (case %#)', (reason) => {
    expect(violations(OrderCancelled, { ...cancelled, reason })).toEqual([]);
  });

  it.each(['', 'x'.repeat(501), 'a\u0000b', 'a\nb', 'a\u0085b', 'half a pair \ud83d', 7])(
    'is refused with a reason that is none (case %#)',
    (reason) => {
      expect(violations(OrderCancelled, { ...cancelled, reason })).toEqual(['reason']);
    },
  );
});

describe('InventoryInsufficient', () => {
  it('reports 0 available pieces for an item that does not exist', () => {
    const shortages = [{ itemId: 'GHOST', requested: 1, available: 0 }];
    const { orderId, customerId, items } = created;
    expect(violations(InventoryInsufficient, { orderId, customerId, items, shortages })).toEqual([]);
  });
});

describe('Topic', () => {
  it('makes an event of its topic, key and type', () => {
    const data = Object.assign(new OrderCreated(), created);
    expect(orderEvents.event(OrderCreated, 'o-1', data)).toEqual({
      topic: 'order-events',
      key: 'o-1',
      type: 'ORDER_CREATED',
      data,
    });
  });

  const stableIdOf = (type: typeof OrderCreated | typeof OrderCancelled, key: string) =>
    orderEvents.eventWithStableId(type, key, Object.assign(new OrderCreated(), created) as never).id;

  it('makes a stable id that differs for each type and key', () => {
    const keys = ['o-1', 'o-2', '01997b6e-52a0-7c3d-8f00-0123456789ab', '01997b6e-52a0-7c3d-8f00-0123456789ac'];
    const ids = keys.flatMap((key) => [stableIdOf(OrderCreated, key), stableIdOf(OrderCancelled, key)]);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('makes the stable ids that earlier versions have made', () => {
    expect(stableIdOf(OrderCreated, 'o-1')).toBe('62ebdf25-c5ab-8978-8372-a11ee5405987');
    expect(stableIdOf(OrderCreated, '01997b6e-52a0-7c3d-8f00-0123456789ab')).toBe(
      '01997b6e-52a0-862a-8aec-9cf2d287e158',
    );
  });

  it('has one class for each type', () => {
    for (const topic of [orderEvents, inventoryEvents]) {
      const types = topic.types.map(({ type }) => type);
      expect(new Set(types).size).toBe(types.length);
    }
  });
});
