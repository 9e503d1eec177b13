import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { Erasures, PERSONAL_DATA_MIGRATIONS } from '@orderflow/personal-data';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import type { Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { RepublishReservations } from './republish-reservations.js';
import { ReserveStock } from '../reserve-stock.js';
import { ReservationsMetrics } from '../reservations.metrics.js';
import { ReservationsRepository } from '../reservations.repository.js';

const MIGRATIONS = { owner: 'inventory_service', folder: new URL('../../../migrations', import.meta.url) };
const HOUR_MS = 3_600_000;
const LAST_HOUR = () => ({ from: new Date(Date.now() - HOUR_MS), to: new Date(Date.now() + HOUR_MS) });

let test: TestDatabase;
let published: OutgoingEvent[];
let reserveStock: ReserveStock;
let republishReservations: RepublishReservations;

beforeAll(async () => {
  test = await createTestDatabase([PERSONAL_DATA_MIGRATIONS, MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE reservations');
  await test.database.query('UPDATE items SET on_hand = 50, reserved = 0, low_stock_threshold = 0');
  published = [];
  const add = async (_: Transaction, events: readonly OutgoingEvent[]) => void published.push(...events);
  const outbox = { add } as unknown as Outbox;
  const reservations = new ReservationsRepository(test.database);
  const erasures = new Erasures(test.database);
  reserveStock = new ReserveStock(erasures, reservations, outbox, new ReservationsMetrics(new Metrics()));
  republishReservations = new RepublishReservations(test.database, reservations, outbox);
});
afterAll(() => test.drop());

/** Handles events of orders of one item, each as a batch of its own. */
async function handle(
  ...events: readonly (readonly ['created' | 'cancelled' | 'fulfilled', orderId: string, quantity: number])[]
) {
  for (const [kind, orderId, quantity] of events) {
    const items = [{ itemId: 'ITEM-001', quantity }];
    const event = { kind, orderId, customerId: 'CUST-1', items, happenedAt: new Date().toISOString() };
    await test.database.transaction((tx) => reserveStock.execute(tx, [event]));
  }
}

/** Published events that concern orders, not items. */
const replies = () => published.filter(({ type }) => type !== 'INVENTORY_LOW');
/** Makes a reservation older, instead of waiting. */
const setTimes = (orderId: string, createdAgoMs: number, updatedAgoMs = createdAgoMs) =>
  test.database.query(
    `UPDATE reservations SET created_at = now() - $2 * interval '1 ms', updated_at = now() - $3 * interval '1 ms' WHERE order_id = $1`,
    [orderId, createdAgoMs, updatedAgoMs],
  );
/** Leaves reservations as a version that did not store shortages would have. */
const dropShortages = () => test.database.query('UPDATE reservations SET shortages = NULL');

describe('RepublishReservations', () => {
  it('publishes each reply unchanged, under its original id, whatever the stock is now', async () => {
    await handle(['created', 'o-1', 30], ['created', 'o-2', 25], ['created', 'o-3', 10], ['created', 'o-4', 5]);
    await handle(['cancelled', 'o-1', 30], ['fulfilled', 'o-4', 5]);
    const original = replies();
    published = [];
    expect(await republishReservations.execute(LAST_HOUR())).toEqual({
      orders: 4,
      events: 5,
      remaining: false,
      lastOrderId: 'o-4',
    });
    const byKey = (a: OutgoingEvent, b: OutgoingEvent) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
    expect(published).toEqual(original.toSorted(byKey));
    expect(new Set(published.map(({ id }) => id)).size).toBe(5);
    expect(published.find(({ key }) => key === 'o-2')?.data).toMatchObject({
      shortages: [{ itemId: 'ITEM-001', requested: 25, available: 20 }],
    });
  });

  it('publishes nothing for an order that has not arrived, and only the release for one whose cancellation came first', async () => {
    await handle(['cancelled', 'o-1', 1], ['cancelled', 'o-2', 1], ['created', 'o-2', 1]);
    published = [];
    expect(await republishReservations.execute(LAST_HOUR())).toMatchObject({ orders: 1, events: 1 });
    expect(published).toMatchObject([{ key: 'o-2', type: 'INVENTORY_RELEASED' }]);
  });

  it('selects only reservations that were decided or changed in the period', async () => {
    for (const orderId of ['before', 'decided', 'changed', 'after']) await handle(['created', orderId, 1]);
    await setTimes('before', 3 * HOUR_MS);
    await setTimes('decided', 1.5 * HOUR_MS, 0);
    await setTimes('changed', 4 * HOUR_MS, 1.5 * HOUR_MS);
    published = [];
    const [from, to] = [new Date(Date.now() - 2 * HOUR_MS), new Date(Date.now() - HOUR_MS)];
    await republishReservations.execute({ from, to });
    expect(published.map(({ key }) => key)).toEqual(['changed', 'decided']);
  });

  it('stops at the maximum number of orders, and the next request continues after it', async () => {
    await handle(['created', 'o-1', 1], ['created', 'o-2', 1], ['created', 'o-3', 1]);
    published = [];
    const first = await republishReservations.execute(LAST_HOUR(), 2);
    expect(first).toEqual({ orders: 2, events: 2, remaining: true, lastOrderId: 'o-2' });
    const rest = await republishReservations.execute({ ...LAST_HOUR(), after: 'o-2' }, 2);
    expect(rest).toEqual({ orders: 1, events: 1, remaining: false, lastOrderId: 'o-3' });
    expect(await republishReservations.execute({ ...LAST_HOUR(), after: 'o-3' })).toMatchObject({
      orders: 0,
      lastOrderId: 'o-3',
    });
    expect(published.map(({ key }) => key)).toEqual(['o-1', 'o-2', 'o-3']);
  });
});

describe('a reservation that was decided before shortages were stored', () => {
  it('is published with its current shortages', async () => {
    await handle(['created', 'o-1', 48], ['created', 'o-2', 3], ['cancelled', 'o-1', 48], ['created', 'o-3', 49]);
    await dropShortages();
    published = [];
    await republishReservations.execute(LAST_HOUR());
    expect(published.map(({ key, type }) => `${key} ${type}`)).toEqual([
      'o-1 INVENTORY_RELEASED',
      'o-2 INVENTORY_INSUFFICIENT',
      'o-3 INVENTORY_RESERVED',
    ]);
    expect(published[1]?.data).toMatchObject({
      shortages: [{ itemId: 'ITEM-001', requested: 3, available: 1 }],
    });
  });

  it('is published as reserved and released if it is released by this version', async () => {
    await handle(['created', 'o-1', 1]);
    await dropShortages();
    await handle(['cancelled', 'o-1', 1]);
    published = [];
    await republishReservations.execute(LAST_HOUR());
    expect(published.map(({ type }) => type)).toEqual(['INVENTORY_RESERVED', 'INVENTORY_RELEASED']);
  });
});
