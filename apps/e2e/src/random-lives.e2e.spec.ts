import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { inventoryClient, type Order, orderClient } from '@orderflow/client';
import { eventually } from './system/eventually.js';
import { type ServiceName, System } from './system/system.js';

const ITEMS = ['CUP', 'JUG'] as const;
const ON_HAND = 12;
const RUNS = 4;
/** An order is at least so old when it expires. */
const EXPIRY_SECONDS = 4;
/** Of an order that has a step of its own to expire; others never expire. */
const IS_TO_EXPIRE = "status_since < now() - interval '30 minutes'";

let system: System;
let orders: ReturnType<typeof orderClient>;
let inventory: ReturnType<typeof inventoryClient>;
let databases: Databases;

beforeAll(async () => {
  system = await System.start();
  await system.stopService('order-service');
  system.startService('order-service', { ORDER_EXPIRY_SECONDS: String(EXPIRY_SECONDS) });
  await system.whenReady();
  orders = orderClient({ baseUrl: system.url('order-service') });
  inventory = inventoryClient({ baseUrl: system.url('inventory-service') });
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

type Lines = Record<string, number>;
type Step =
  | { readonly kind: 'place'; readonly items: Lines }
  | { readonly kind: 'cancel' | 'fulfil' | 'expire'; readonly order: number }
  | { readonly kind: 'ship'; readonly order: number; readonly items: Lines }
  | { readonly kind: 'adjust'; readonly item: (typeof ITEMS)[number]; readonly delta: number }
  | { readonly kind: 'redeliver' };

const lines = fc.dictionary(fc.constantFrom(...ITEMS), fc.integer({ min: 1, max: 5 }), { minKeys: 1 });
const order = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('place' as const), items: lines }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ship' as const), order, items: lines }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'fulfil' as const, 'expire' as const), order }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('adjust' as const),
      item: fc.constantFrom(...ITEMS),
      delta: fc.integer({ min: -6, max: 6 }).filter((delta) => delta !== 0),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'redeliver' as const }) },
);
/** Each step with whether the next one waits until the system is quiet. */
const lives = fc.array(fc.tuple(step, fc.boolean()), { minLength: 4, maxLength: 14 });

interface KeyHeader {
  'Idempotency-Key': string;
}

/** Sends a request twice at once, with one key. @returns the statuses */
async function twice(send: (header: KeyHeader) => Promise<{ response: Response }>): Promise<number[]> {
  const header = { 'Idempotency-Key': randomUUID() };
  const answers = await Promise.all([send(header), send(header)]);
  return answers.map(({ response }) => response.status);
}

/** One sequence of steps, with items of its own, so that its figures are its own. */
class Shop {
  private readonly id = randomUUID();
  private readonly startedAt = new Date();
  private readonly orderIds: string[] = [];
  private readonly sent: Promise<void>[] = [];
  private readonly adjusted = new Map<string, number>();

  itemId = (item: string) => `${item}-${this.id}`;

  async open(): Promise<void> {
    for (const item of ITEMS) {
      const body = { itemId: this.itemId(item), name: item, onHand: ON_HAND, lowStockThreshold: 2 };
      expect((await inventory.POST('/inventory', { body })).response.status).toBe(201);
    }
  }

  /** Sends the request of a step; {@link settle} awaits what is still in flight. */
  do(step: Step): void {
    this.sent.push(this.send(step));
  }

  private async send(step: Step): Promise<void> {
    switch (step.kind) {
      case 'place': {
        const body = { customerId: this.id, items: this.linesOf(step.items), totalAmount: 1 };
        const { data } = await orders.POST('/orders', { body });
        if (!data) throw new Error('the order was not accepted');
        this.orderIds.push(data.orderId);
        return;
      }
      case 'cancel':
        return this.act(step.order, (params) => orders.POST('/orders/{orderId}/cancel', { params, body: {} }));
      case 'fulfil':
        return this.act(step.order, (params) => orders.POST('/orders/{orderId}/fulfil', { params }));
      case 'ship': {
        const body = { items: this.linesOf(step.items) };
        return this.act(step.order, (params) => orders.POST('/orders/{orderId}/fulfil', { params, body }));
      }
      case 'adjust':
        return this.adjust(step.item, step.delta);
      case 'expire':
        await databases.query(
          'order-service',
          "UPDATE orders SET status_since = now() - interval '1 hour' WHERE order_id = $1",
          [this.orderIds[step.order] ?? randomUUID()],
        );
        return;
      case 'redeliver':
        return this.redeliver();
    }
  }

  private async act(
    order: number,
    send: (params: { path: { orderId: string }; header: KeyHeader }) => Promise<{ response: Response }>,
  ): Promise<void> {
    const orderId = this.orderIds[order];
    if (orderId === undefined) return;
    const statuses = await twice((header) => send({ path: { orderId }, header }));
    for (const status of statuses) expect([200, 409]).toContain(status);
  }

  private async adjust(item: string, delta: number): Promise<void> {
    const path = { itemId: this.itemId(item) };
    const body = { delta, reason: 'stock-take' };
    const statuses = await twice((header) =>
      inventory.POST('/inventory/{itemId}/adjustments', { params: { path, header }, body }),
    );
    for (const status of statuses) expect([201, 409]).toContain(status);
    if (statuses.includes(201)) this.adjusted.set(item, (this.adjusted.get(item) ?? 0) + delta);
  }

  /** Every event of these orders once more. */
  private async redeliver(): Promise<void> {
    const body = { from: this.startedAt.toISOString(), to: new Date(Date.now() + 1).toISOString() };
    expect((await orders.POST('/orders/republish', { body })).response.status).toBe(200);
    expect((await inventory.POST('/reservations/republish', { body })).response.status).toBe(200);
  }

  private linesOf(items: Lines): { itemId: string; quantity: number }[] {
    return Object.entries(items).map(([item, quantity]) => ({ itemId: this.itemId(item), quantity }));
  }

  private async orders(): Promise<Map<string, Order>> {
    const { data } = await orders.GET('/orders', { params: { query: { customerId: this.id, limit: 200 } } });
    return new Map(data?.data.map((each) => [each.orderId, each]));
  }

  /** Waits until both services have the same idea of each order, and nothing expires any more. */
  async settle(): Promise<void> {
    await Promise.all(this.sent.splice(0));
    await eventually('each order is settled', async () => {
      const [due] = await databases.query<{ n: number }>(
        'order-service',
        `WITH kept AS (UPDATE orders SET status_since = now() + interval '1 day' WHERE NOT ${IS_TO_EXPIRE})
         SELECT count(*)::int AS n FROM orders WHERE status IN ('CONFIRMED', 'PARTIALLY_FULFILLED') AND ${IS_TO_EXPIRE}`,
      );
      if (due?.n !== 0) return false;
      const agreed = await Promise.all(
        [...(await this.orders())].map(([orderId, order]) => this.isAgreed(orderId, order)),
      );
      return agreed.every(Boolean);
    });
  }

  private async isAgreed(orderId: string, { status, items, history }: Order): Promise<boolean> {
    const { data: reservation } = await inventory.GET('/reservations/{orderId}', { params: { path: { orderId } } });
    if (!reservation) return false;
    const agreed: Record<string, string[]> = {
      PENDING: [],
      CONFIRMED: ['HELD'],
      PARTIALLY_FULFILLED: ['HELD'],
      FULFILLED: ['DEDUCTED'],
      REJECTED: ['REJECTED'],
      CANCELLED: ['RELEASED', 'REJECTED'],
    };
    if (!agreed[status]?.includes(reservation.status)) return false;
    const parts = history.filter((change) => change.status === 'PARTIALLY_FULFILLED').length;
    return reservation.parts === parts && JSON.stringify(reservation.items) === JSON.stringify(items);
  }

  async assertInvariants(): Promise<void> {
    const placed = await this.orders();
    expect(placed.size).toBe(this.orderIds.length);
    for (const name of ITEMS) {
      const itemId = this.itemId(name);
      const path = { itemId };
      const { data: item } = await inventory.GET('/inventory/{itemId}', { params: { path } });
      const query = { limit: 200 };
      const { data: movements = [] } = await inventory.GET('/inventory/{itemId}/movements', {
        params: { path, query },
      });
      const moved = movements.reduce((sum, { delta }) => sum + delta, 0);
      const figures = [...placed.values()].map((order) => piecesOf(order, itemId));
      const total = (name: 'shipped' | 'held') => figures.reduce((sum, each) => sum + each[name], 0);
      expect({ moved, onHand: item?.onHand, reserved: item?.reserved }).toEqual({
        moved: item?.onHand,
        onHand: ON_HAND + (this.adjusted.get(name) ?? 0) - total('shipped'),
        reserved: total('held'),
      });
      expect(item?.available).toBeGreaterThanOrEqual(0);
    }
  }
}

/** What an order has taken of an item, and what it still holds. */
function piecesOf({ status, items, history }: Order, itemId: string): { shipped: number; held: number } {
  const sum = (all: readonly { itemId: string; quantity: number }[]) =>
    all.reduce((pieces, line) => (line.itemId === itemId ? pieces + line.quantity : pieces), 0);
  const parts = sum(history.flatMap(({ shipment = [] }) => shipment));
  const ordered = sum(items);
  if (status === 'CONFIRMED' || status === 'PARTIALLY_FULFILLED') return { shipped: parts, held: ordered - parts };
  const isInParts = history.some(({ shipment }) => shipment);
  return { shipped: status === 'FULFILLED' && !isInParts ? ordered : parts, held: 0 };
}

describe('any sequence of placing, shipping, cancelling, adjusting, expiring and redelivery', () => {
  it('leaves stock and orders that add up', async () => {
    const property = fc.asyncProperty(lives, async (steps) => {
      const shop = new Shop();
      await shop.open();
      for (const [each, waits] of steps) {
        shop.do(each);
        if (waits) await shop.settle();
      }
      await shop.settle();
      await shop.assertInvariants();
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });
});
