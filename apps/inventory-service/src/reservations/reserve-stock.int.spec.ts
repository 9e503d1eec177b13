import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outbox, OutgoingEvent } from '@orderflow/outbox';
import type { Database, Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { ReservationsRepository } from './reservations.repository.js';
import { ReserveStock } from './reserve-stock.js';

const MIGRATIONS = { owner: 'inventory_service', folder: new URL('../../migrations', import.meta.url) };

let test: TestDatabase;
let announced: OutgoingEvent[];
let reserveStock: ReserveStock;

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('DELETE FROM reservations');
  await test.database.query('UPDATE items SET on_hand = 50, reserved = 0, low_stock_threshold = 0');
  announced = [];
  const outbox = { add: async (_: Transaction, events: readonly OutgoingEvent[]) => void announced.push(...events) };
  reserveStock = new ReserveStock(new ReservationsRepository(), outbox as unknown as Outbox);
});
afterAll(() => test.drop());

const demand = (orderId: string, itemId: string, quantity: number) => ({
  orderId,
  customerId: 'CUST-1',
  items: [{ itemId, quantity }],
});

const item = async (itemId: string) =>
  (
    await test.database.query<{ on_hand: number; reserved: number }>(
      'SELECT on_hand, reserved FROM items WHERE item_id = $1',
      [itemId],
    )
  )[0];

const heldPieces = async (itemId: string) => {
  const [row] = await test.database.query<{ pieces: number }>(
    `SELECT coalesce(sum((line ->> 'quantity')::int), 0)::int AS pieces
     FROM reservations, jsonb_array_elements(items) line WHERE line ->> 'itemId' = $1 AND status = 'HELD'`,
    [itemId],
  );
  return row?.pieces;
};

describe('ReserveStock', () => {
  it('holds what it reserves and answers every order of the batch, in order', async () => {
    await test.database.transaction((tx) =>
      reserveStock.execute(tx, [
        demand('o-1', 'ITEM-001', 48),
        demand('o-2', 'ITEM-001', 3),
        demand('o-3', 'ITEM-001', 1),
      ]),
    );
    expect(announced.map(({ key, type }) => `${key} ${type}`)).toEqual([
      'o-1 INVENTORY_RESERVED',
      'o-2 INVENTORY_INSUFFICIENT',
      'o-3 INVENTORY_RESERVED',
    ]);
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 49 });
    expect(await heldPieces('ITEM-001')).toBe(49);
  });

  it('tells of low stock, keyed by the item', async () => {
    await test.database.transaction((tx) => reserveStock.execute(tx, [demand('o-1', 'ITEM-002', 50)]));
    expect(announced[1]).toMatchObject({ key: 'item:ITEM-002', type: 'INVENTORY_LOW', data: { available: 0 } });
  });

  it('leaves stock untouched by orders that it cannot serve, an unknown item among them', async () => {
    await test.database.transaction((tx) =>
      reserveStock.execute(tx, [demand('o-1', 'ITEM-001', 51), demand('o-2', 'NO-SUCH-ITEM', 1)]),
    );
    expect(announced.map(({ type }) => type)).toEqual(['INVENTORY_INSUFFICIENT', 'INVENTORY_INSUFFICIENT']);
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
  });

  it('sells nothing twice while many replicas fight for a hot item', async () => {
    const replicas: Database[] = await Promise.all(Array.from({ length: 4 }, () => test.connect()));
    const orders = Array.from({ length: 80 }, (_, n) => demand(`o-${n}`, 'ITEM-003', 1));
    await Promise.all(
      orders.map((order, n) => replicas[n % 4]?.transaction((tx) => reserveStock.execute(tx, [order]))),
    );
    const reserved = announced.filter(({ type }) => type === 'INVENTORY_RESERVED');
    expect(reserved.length).toBe(50);
    expect(await item('ITEM-003')).toEqual({ on_hand: 50, reserved: 50 });
    expect(await heldPieces('ITEM-003')).toBe(50);
  });

  it('does not deadlock when orders name the same items in opposite order', async () => {
    const replicas = await Promise.all([test.connect(), test.connect()]);
    const both = (orderId: string, ...itemIds: string[]) => ({
      orderId,
      customerId: 'CUST-1',
      items: itemIds.map((itemId) => ({ itemId, quantity: 1 })),
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        replicas[n % 2]?.transaction((tx) =>
          reserveStock.execute(tx, [
            n % 2 ? both(`o-${n}`, 'ITEM-004', 'ITEM-005') : both(`o-${n}`, 'ITEM-005', 'ITEM-004'),
          ]),
        ),
      ),
    );
    expect(await heldPieces('ITEM-004')).toBe(20);
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
