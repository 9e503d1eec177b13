import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LockedByOthers } from '@orderflow/messaging';
import { type Database, isContention } from '@orderflow/postgres';
import { created, event, TestStock } from '../testing/test-stock.js';
import type { TimedOrderEvent } from './reserve-stock.js';

let stock: TestStock;

beforeAll(async () => {
  stock = await TestStock.create();
});
beforeEach(() => stock.reset());
afterEach(() => stock.assertBalanced());
afterAll(() => stock.test.drop());

describe('ReserveStock on many replicas', () => {
  it('sells nothing twice while many replicas compete for a hot item', async () => {
    const replicas: Database[] = await Promise.all(Array.from({ length: 4 }, () => stock.test.connect()));
    const orders = Array.from({ length: 80 }, (_, n) => created(`o-${n}`, { 'ITEM-003': 1 }));
    await Promise.all(orders.map((order, n) => stock.handle([order], replicas[n % 4])));
    expect(stock.published.filter(({ type }) => type === 'INVENTORY_RESERVED').length).toBe(50);
    expect(await stock.item('ITEM-003')).toEqual({ on_hand: 50, reserved: 50 });
  });

  it('names the orders whose item is locked by another transaction once lock_timeout has passed', async () => {
    await stock.handle([created('o-1', { 'ITEM-002': 1 })]);
    const other = await stock.test.connect();
    await other.transaction(async (outside) => {
      await outside.query("SELECT FROM items WHERE item_id = 'ITEM-002' FOR UPDATE");
      const events = [
        created('o-2', { 'ITEM-001': 1 }),
        created('o-3', { 'ITEM-001': 1, 'ITEM-002': 1 }),
        event('cancelled', 'o-1', {}), // its reservation names its items
      ];
      const handling = stock.test.database.transaction((tx) => stock.reserveStock.execute(tx, events), {
        lockTimeoutMs: 50,
      });
      await expect(handling).rejects.toEqual(new LockedByOthers('the stock of ITEM-002', ['o-3', 'o-1']));
    });
    await other.transaction(async (outside) => {
      await outside.query("SELECT FROM reservations WHERE order_id = 'o-1' FOR UPDATE");
      const events = [created('o-2', { 'ITEM-001': 1 }), event('cancelled', 'o-1', { 'ITEM-002': 1 })];
      const handling = stock.test.database.transaction((tx) => stock.reserveStock.execute(tx, events), {
        lockTimeoutMs: 50,
      });
      await expect(handling).rejects.toEqual(new LockedByOthers('the reservation', ['o-1']));
    });
    expect(stock.summaries).toEqual(['o-1 INVENTORY_RESERVED']);
  });

  it('reports contention while a migration locks the whole table of items, and decides everything after it', async () => {
    const events = [created('o-1', { 'ITEM-001': 1 }), created('o-2', { 'ITEM-002': 51 })];
    const other = await stock.test.connect();
    await other.transaction(async (outside) => {
      await outside.query('LOCK TABLE items IN ACCESS EXCLUSIVE MODE');
      const handling = stock.test.database.transaction((tx) => stock.reserveStock.execute(tx, events), {
        lockTimeoutMs: 50,
      });
      const error: unknown = await handling.catch((reason: unknown) => reason);
      expect([error, isContention(error)]).toEqual([expect.objectContaining({ code: '55P03' }), true]);
    });
    expect(stock.summaries).toEqual([]);
    await stock.handle(events);
    expect(stock.summaries).toEqual(['o-1 INVENTORY_RESERVED', 'o-2 INVENTORY_INSUFFICIENT']);
  });

  it('does not deadlock when orders name the same items in opposite order', async () => {
    const replicas = await Promise.all([stock.test.connect(), stock.test.connect()]);
    const items = (n: number) => (n % 2 ? { 'ITEM-004': 1, 'ITEM-005': 1 } : { 'ITEM-005': 1, 'ITEM-004': 1 });
    await stock.handle(Array.from({ length: 20 }, (_, n) => created(`o-${n}`, items(n))));
    const end = (n: number) => event(n % 3 ? 'cancelled' : 'fulfilled', `o-${n}`, items(n));
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        stock.handle(
          [end(19 - n), created(`next-${n}`, items(n)), created(`other-${n}`, items(n + 1))],
          replicas[n % 2],
        ),
      ),
    );
    expect(await stock.item('ITEM-004')).toEqual({ on_hand: 43, reserved: 40 });
  });

  it('releases once what two replicas release at the same time', async () => {
    const replica = await stock.test.connect();
    const orders = Array.from({ length: 10 }, (_, n) => [`o-${n}`, { 'ITEM-001': 1 }] as const);
    await stock.handle([...orders.map((order) => created(...order)), created('other', { 'ITEM-001': 10 })]);
    for (const order of orders) {
      const cancelled = event('cancelled', ...order);
      await Promise.all([stock.handle([cancelled]), stock.handle([cancelled], replica)]);
    }
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 10 });
    expect(stock.published.filter(({ type }) => type === 'INVENTORY_RELEASED').length).toBe(10);
  });

  it('leads to one state when an order and its cancellation meet on two replicas', async () => {
    const replica = await stock.test.connect();
    for (let n = 0; n < 15; n += 1) {
      const events = [created(`o-${n}`, { 'ITEM-001': 1 }), event('cancelled', `o-${n}`, { 'ITEM-001': 1 })] as const;
      const outcomes = await Promise.allSettled([stock.handle([events[0]]), stock.handle([events[1]], replica)]);
      for (const [which, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason).toMatchObject({ code: '23505' }); // the other replica came first; the transport would retry
        await stock.handle([events[which] as TimedOrderEvent]);
      }
      expect(await stock.reservations.find(`o-${n}`)).toMatchObject({ status: 'RELEASED' });
    }
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
  });
});
