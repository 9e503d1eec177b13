import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { createTestDatabase } from '@orderflow/postgres/testing';
import { created, event, MIGRATIONS, TestStock } from '../testing/test-stock.js';
import type { TimedOrderEvent } from './reserve-stock.js';

let stock: TestStock;

beforeAll(async () => {
  stock = await TestStock.create();
});
beforeEach(() => stock.reset());
afterEach(() => stock.assertBalanced());
afterAll(() => stock.test.drop());

describe('ReserveStock', () => {
  it('replies to every order of a batch, in order', async () => {
    await stock.handle([
      created('o-1', { 'ITEM-001': 48 }),
      created('o-2', { 'ITEM-001': 3 }),
      created('o-3', { 'ITEM-001': 1 }),
    ]);
    expect(stock.summaries).toEqual(['o-1 INVENTORY_RESERVED', 'o-2 INVENTORY_INSUFFICIENT', 'o-3 INVENTORY_RESERVED']);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 49 });
  });

  it('publishes low stock, keyed by the item', async () => {
    await stock.handle([created('o-1', { 'ITEM-002': 50 })]);
    expect(stock.published[1]).toMatchObject({ key: 'item:ITEM-002', type: 'INVENTORY_LOW', data: { available: 0 } });
  });

  it('reserves nothing for an order that is short of an item, or that names an unknown one', async () => {
    await stock.handle([created('o-1', { 'ITEM-001': 51 }), created('o-2', { 'NO-SUCH-ITEM': 1 })]);
    expect(stock.summaries).toEqual(['o-1 INVENTORY_INSUFFICIENT', 'o-2 INVENTORY_INSUFFICIENT']);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
    expect(await stock.reservations.find('o-2')).toMatchObject({ status: 'REJECTED' });
  });

  it('releases what a cancelled order held, and publishes that', async () => {
    await stock.handle([created('o-1', { 'ITEM-001': 7, 'ITEM-002': 1 })]);
    await stock.handle([event('cancelled', 'o-1', { 'ITEM-001': 7, 'ITEM-002': 1 })]);
    expect(stock.published[1]).toMatchObject({
      topic: 'inventory-events',
      key: 'o-1',
      type: 'INVENTORY_RELEASED',
      data: {
        orderId: 'o-1',
        customerId: 'CUST-1',
        items: [{ itemId: 'ITEM-001', quantity: 7 }, { itemId: 'ITEM-002' }],
      },
    });
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
    expect(await stock.reservations.find('o-1')).toMatchObject({ status: 'RELEASED' });
  });

  it('deducts what a fulfilled order held, with a movement for each item', async () => {
    await stock.handle([created('o-1', { 'ITEM-001': 7, 'ITEM-002': 1 }), created('o-2', { 'ITEM-001': 3 })]);
    await stock.handle([event('fulfilled', 'o-1', { 'ITEM-001': 7, 'ITEM-002': 1 })]);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 43, reserved: 3 });
    expect(
      await stock.test.database.query(
        "SELECT item_id, delta, reason, order_id FROM movements WHERE reason <> 'initial stock' ORDER BY movement_id",
      ),
    ).toEqual([
      { item_id: 'ITEM-001', delta: -7, reason: 'order fulfilled', order_id: 'o-1' },
      { item_id: 'ITEM-002', delta: -1, reason: 'order fulfilled', order_id: 'o-1' },
    ]);
    const stored = await stock.reservations.find('o-1');
    expect(stored).toMatchObject({ orderId: 'o-1', customerId: 'CUST-1', status: 'DEDUCTED' });
    expect(stored?.updatedAt.getTime()).toBeGreaterThan(stored?.createdAt.getTime() ?? 0);
  });

  it('handles a batch of mixed events in their order', async () => {
    await stock.handle([created('o-1', { 'ITEM-001': 30 }), created('o-2', { 'ITEM-002': 5 })]);
    await stock.handle([
      created('o-3', { 'ITEM-001': 25 }),
      event('cancelled', 'o-1', { 'ITEM-001': 30 }),
      created('o-4', { 'ITEM-001': 50 }),
      event('fulfilled', 'o-2', { 'ITEM-002': 5 }),
      event('cancelled', 'o-4', { 'ITEM-001': 50 }),
    ]);
    expect(stock.summaries.slice(2)).toEqual([
      'o-3 INVENTORY_INSUFFICIENT',
      'o-1 INVENTORY_RELEASED',
      'o-4 INVENTORY_RESERVED',
      'o-4 INVENTORY_RELEASED',
      // No low stock follows the replies: the batch as a whole leaves no item low.
    ]);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
    expect(await stock.item('ITEM-002')).toEqual({ on_hand: 45, reserved: 0 });
  });

  it('keeps what is left of an order whose first part comes in the same batch, or in a later one', async () => {
    const items = { 'ITEM-001': 5 };
    const shipped = (part: number): TimedOrderEvent => ({
      ...event('fulfilled', 'o-1', items),
      kind: 'partially-fulfilled',
      part,
      shipment: [{ itemId: 'ITEM-001', quantity: 2 }],
    });
    await stock.handle([created('o-1', items), shipped(1)]);
    const left = (quantity: number) => [{ itemId: 'ITEM-001', quantity }];
    expect(await stock.reservations.find('o-1')).toMatchObject({ status: 'HELD', parts: 1, remaining: left(3) });
    await stock.assertBalanced();
    await stock.handle([shipped(2)]);
    expect(await stock.reservations.find('o-1')).toMatchObject({ status: 'HELD', parts: 2, remaining: left(1) });
    await stock.handle([event('fulfilled', 'o-1', items)]);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 45, reserved: 0 });
  });

  it('reserves nothing for an order whose cancellation came first, and replies once', async () => {
    await stock.handle([event('cancelled', 'o-1', { 'ITEM-001': 7 })]);
    expect(stock.summaries).toEqual([]);
    await stock.handle([created('o-1', { 'ITEM-001': 7 })]);
    await stock.handle([created('o-1', { 'ITEM-001': 7 }), event('cancelled', 'o-1', { 'ITEM-001': 7 })]);
    expect(stock.summaries).toEqual(['o-1 INVENTORY_RELEASED']);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
  });

  it('fails for an order that is fulfilled and holds nothing, and writes nothing of the batch', async () => {
    const batch = [created('o-1', { 'ITEM-001': 7 }), event('fulfilled', 'o-2', { 'ITEM-001': 1 })];
    await expect(stock.handle(batch)).rejects.toThrow('order o-2 is fulfilled, but its reservation does not exist');
    expect(await stock.reservations.find('o-1')).toBeUndefined();
  });
});

describe('a new inventory database', () => {
  it('starts with a catalogue whose ledger adds up', async () => {
    const own = await createTestDatabase([MIGRATIONS]);
    const items = await own.database.query<{ item_id: string; on_hand: number; moved: number }>(
      `SELECT item_id, on_hand, (SELECT sum(delta)::int FROM movements m WHERE m.item_id = items.item_id) AS moved
       FROM items ORDER BY item_id`,
    );
    expect(items.map(({ item_id }) => item_id)).toEqual(['ITEM-001', 'ITEM-002', 'ITEM-003', 'ITEM-004', 'ITEM-005']);
    for (const { on_hand, moved } of items) {
      expect(on_hand).toBe(moved);
      expect(on_hand).toBeGreaterThanOrEqual(20);
      expect(on_hand).toBeLessThanOrEqual(99);
    }
    await own.drop();
  });
});

describe('the metrics of reservations', () => {
  it('count reservations by status, stock-outs and low stock, after the commit', async () => {
    await stock.test.database.query("UPDATE items SET low_stock_threshold = 45 WHERE item_id = 'ITEM-001'");
    await stock.handle([
      created('o-1', { 'ITEM-001': 10 }),
      created('o-2', { 'ITEM-002': 51, 'ITEM-003': 51, 'ITEM-004': 1 }),
    ]);
    await stock.handle([event('cancelled', 'o-1', { 'ITEM-001': 10 })]);
    const rolledBack = stock.test.database.transaction(async (tx) => {
      await stock.reserveStock.execute(tx, [created('o-3', { 'ITEM-005': 1 })]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    const countOf = (status: string) => sample(stock.metrics, `reservation_status_changes_total{status="${status}"}`);
    const counts = await Promise.all(['HELD', 'REJECTED', 'RELEASED', 'DEDUCTED', 'CANCELLED'].map(countOf));
    expect(counts).toEqual([1, 1, 1, 0, 0]);
    expect(await sample(stock.metrics, 'stock_outs_total')).toBe(2);
    expect(await sample(stock.metrics, 'stock_low_total')).toBe(1);
  });
});
