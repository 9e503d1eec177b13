import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LockedByOthers, type Outbox, type OutgoingEvent } from '@orderflow/messaging';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { type Database, isContention, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { OrderEvent } from './domain/reservation.js';
import { FollowOrders } from './follow-orders.js';
import { ReservationsMetrics } from './reservations.metrics.js';
import { ReservationsRepository } from './reservations.repository.js';

const MIGRATIONS = { owner: 'inventory_service', folder: new URL('../../migrations', import.meta.url) };

let test: TestDatabase;
let announced: OutgoingEvent[];
let metrics: Metrics;
let reservations: ReservationsRepository;
let followOrders: FollowOrders;

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
});
beforeEach(async () => {
  await test.database.query('DELETE FROM reservations');
  await test.database.query("DELETE FROM movements WHERE reason <> 'initial stock'");
  await test.database.query('UPDATE movements SET delta = 50');
  await test.database.query('UPDATE items SET on_hand = 50, reserved = 0, low_stock_threshold = 0');
  announced = [];
  metrics = new Metrics();
  const outbox = { add: async (_: Transaction, events: readonly OutgoingEvent[]) => void announced.push(...events) };
  reservations = new ReservationsRepository(test.database);
  followOrders = new FollowOrders(reservations, outbox as unknown as Outbox, new ReservationsMetrics(metrics));
});
afterAll(() => test.drop());

const event = (kind: OrderEvent['kind'], orderId: string, items: Record<string, number>): OrderEvent => ({
  kind,
  orderId,
  customerId: 'CUST-1',
  items: Object.entries(items).map(([itemId, quantity]) => ({ itemId, quantity })),
});
const created = (orderId: string, items: Record<string, number>) => event('created', orderId, items);

const tell = (events: readonly OrderEvent[], database: Database = test.database) =>
  database.transaction((tx) => followOrders.execute(tx, events));
const told = () => announced.map(({ key, type }) => `${key} ${type}`);

const item = async (itemId: string) =>
  (
    await test.database.query<{ on_hand: number; reserved: number }>(
      'SELECT on_hand, reserved FROM items WHERE item_id = $1',
      [itemId],
    )
  )[0];

/** Every item's figures must be what reservations and ledger add up to. */
async function assertBalanced(): Promise<void> {
  const items = await test.database.query<Record<'on_hand' | 'moved' | 'reserved' | 'held', number>>(
    `SELECT on_hand, (SELECT coalesce(sum(delta), 0)::int FROM movements m WHERE m.item_id = items.item_id) AS moved,
            reserved, (SELECT coalesce(sum((line ->> 'quantity')::int), 0)::int
                       FROM reservations r, jsonb_array_elements(r.items) line
                       WHERE line ->> 'itemId' = items.item_id AND status = 'HELD') AS held
     FROM items`,
  );
  for (const { on_hand, moved, reserved, held } of items) expect([on_hand, reserved]).toEqual([moved, held]);
}
afterEach(() => assertBalanced());

describe('FollowOrders', () => {
  it('holds what it reserves and answers every order of the batch, in order', async () => {
    await tell([
      created('o-1', { 'ITEM-001': 48 }),
      created('o-2', { 'ITEM-001': 3 }),
      created('o-3', { 'ITEM-001': 1 }),
    ]);
    expect(told()).toEqual(['o-1 INVENTORY_RESERVED', 'o-2 INVENTORY_INSUFFICIENT', 'o-3 INVENTORY_RESERVED']);
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 49 });
  });

  it('tells of low stock, keyed by the item', async () => {
    await tell([created('o-1', { 'ITEM-002': 50 })]);
    expect(announced[1]).toMatchObject({ key: 'item:ITEM-002', type: 'INVENTORY_LOW', data: { available: 0 } });
  });

  it('leaves stock untouched by orders that it cannot serve, an unknown item among them', async () => {
    await tell([created('o-1', { 'ITEM-001': 51 }), created('o-2', { 'NO-SUCH-ITEM': 1 })]);
    expect(told()).toEqual(['o-1 INVENTORY_INSUFFICIENT', 'o-2 INVENTORY_INSUFFICIENT']);
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
    expect(await reservations.find('o-2')).toMatchObject({ status: 'REJECTED' });
  });

  it('gives back what a cancelled order held, and says so', async () => {
    await tell([created('o-1', { 'ITEM-001': 7, 'ITEM-002': 1 })]);
    await tell([event('cancelled', 'o-1', { 'ITEM-001': 7, 'ITEM-002': 1 })]);
    expect(announced[1]).toMatchObject({
      topic: 'inventory-events',
      key: 'o-1',
      type: 'INVENTORY_RELEASED',
      data: {
        orderId: 'o-1',
        customerId: 'CUST-1',
        items: [{ itemId: 'ITEM-001', quantity: 7 }, { itemId: 'ITEM-002' }],
      },
    });
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
    expect(await reservations.find('o-1')).toMatchObject({ status: 'RELEASED' });
  });

  it('deducts what a fulfilled order held, with a movement for each item', async () => {
    await tell([created('o-1', { 'ITEM-001': 7, 'ITEM-002': 1 }), created('o-2', { 'ITEM-001': 3 })]);
    await tell([event('fulfilled', 'o-1', { 'ITEM-001': 7, 'ITEM-002': 1 })]);
    expect(await item('ITEM-001')).toEqual({ on_hand: 43, reserved: 3 });
    expect(
      await test.database.query(
        "SELECT item_id, delta, reason, order_id FROM movements WHERE reason <> 'initial stock' ORDER BY movement_id",
      ),
    ).toEqual([
      { item_id: 'ITEM-001', delta: -7, reason: 'order fulfilled', order_id: 'o-1' },
      { item_id: 'ITEM-002', delta: -1, reason: 'order fulfilled', order_id: 'o-1' },
    ]);
    const kept = await reservations.find('o-1');
    expect(kept).toMatchObject({ orderId: 'o-1', customerId: 'CUST-1', status: 'DEDUCTED' });
    expect(kept?.updatedAt.getTime()).toBeGreaterThan(kept?.createdAt.getTime() ?? 0);
  });

  it('takes a batch of mixed events in the order of each order', async () => {
    await tell([created('o-1', { 'ITEM-001': 30 }), created('o-2', { 'ITEM-002': 5 })]);
    await tell([
      created('o-3', { 'ITEM-001': 25 }),
      event('cancelled', 'o-1', { 'ITEM-001': 30 }),
      created('o-4', { 'ITEM-001': 50 }),
      event('fulfilled', 'o-2', { 'ITEM-002': 5 }),
      event('cancelled', 'o-4', { 'ITEM-001': 50 }),
    ]);
    expect(told().slice(2)).toEqual([
      'o-3 INVENTORY_INSUFFICIENT',
      'o-1 INVENTORY_RELEASED',
      'o-4 INVENTORY_RESERVED',
      'o-4 INVENTORY_RELEASED',
      // The answers, and behind them what ran low in the batch as a whole: nothing.
    ]);
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
    expect(await item('ITEM-002')).toEqual({ on_hand: 45, reserved: 0 });
  });

  it('reserves nothing for an order whose cancellation came first, and answers it once', async () => {
    await tell([event('cancelled', 'o-1', { 'ITEM-001': 7 })]);
    expect(told()).toEqual([]);
    await tell([created('o-1', { 'ITEM-001': 7 })]);
    await tell([created('o-1', { 'ITEM-001': 7 }), event('cancelled', 'o-1', { 'ITEM-001': 7 })]);
    expect(told()).toEqual(['o-1 INVENTORY_RELEASED']);
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
  });

  it('fails for an order that is fulfilled and holds nothing, and nothing of the batch is done', async () => {
    const batch = [created('o-1', { 'ITEM-001': 7 }), event('fulfilled', 'o-2', { 'ITEM-001': 1 })];
    await expect(tell(batch)).rejects.toThrow('order o-2 is fulfilled, but its reservation is not there');
    expect(await reservations.find('o-1')).toBeUndefined();
  });

  it('sells nothing twice while many replicas fight for a hot item', async () => {
    const replicas: Database[] = await Promise.all(Array.from({ length: 4 }, () => test.connect()));
    const orders = Array.from({ length: 80 }, (_, n) => created(`o-${n}`, { 'ITEM-003': 1 }));
    await Promise.all(orders.map((order, n) => tell([order], replicas[n % 4])));
    expect(announced.filter(({ type }) => type === 'INVENTORY_RESERVED').length).toBe(50);
    expect(await item('ITEM-003')).toEqual({ on_hand: 50, reserved: 50 });
  });

  it('names the orders that want an item which somebody else has locked, where it does not wait for long', async () => {
    await tell([created('o-1', { 'ITEM-002': 1 })]);
    const rival = await test.connect();
    await rival.transaction(async (outside) => {
      await outside.query("SELECT FROM items WHERE item_id = 'ITEM-002' FOR UPDATE");
      const events = [
        created('o-2', { 'ITEM-001': 1 }),
        created('o-3', { 'ITEM-001': 1, 'ITEM-002': 1 }),
        event('cancelled', 'o-1', {}), // its items are known from its reservation
      ];
      const following = test.database.transaction((tx) => followOrders.execute(tx, events), { lockTimeoutMs: 50 });
      await expect(following).rejects.toEqual(new LockedByOthers('the stock of ITEM-002', ['o-3', 'o-1']));
    });
    await rival.transaction(async (outside) => {
      await outside.query("SELECT FROM reservations WHERE order_id = 'o-1' FOR UPDATE");
      const events = [created('o-2', { 'ITEM-001': 1 }), event('cancelled', 'o-1', { 'ITEM-002': 1 })];
      const following = test.database.transaction((tx) => followOrders.execute(tx, events), { lockTimeoutMs: 50 });
      await expect(following).rejects.toEqual(new LockedByOthers('the reservation', ['o-1']));
    });
    expect(told()).toEqual(['o-1 INVENTORY_RESERVED']);
  });

  it('does nothing while a migration has the whole table of items, which is contention, and decides all when it ends', async () => {
    const events = [created('o-1', { 'ITEM-001': 1 }), created('o-2', { 'ITEM-002': 51 })];
    const rival = await test.connect();
    await rival.transaction(async (outside) => {
      await outside.query('LOCK TABLE items IN ACCESS EXCLUSIVE MODE');
      const following = test.database.transaction((tx) => followOrders.execute(tx, events), { lockTimeoutMs: 50 });
      const error: unknown = await following.catch((reason: unknown) => reason);
      expect([error, isContention(error)]).toEqual([expect.objectContaining({ code: '55P03' }), true]);
    });
    expect(told()).toEqual([]);
    await tell(events);
    expect(told()).toEqual(['o-1 INVENTORY_RESERVED', 'o-2 INVENTORY_INSUFFICIENT']);
  });

  it('does not deadlock when orders name the same items in opposite order, and come and go', async () => {
    const replicas = await Promise.all([test.connect(), test.connect()]);
    const items = (n: number) => (n % 2 ? { 'ITEM-004': 1, 'ITEM-005': 1 } : { 'ITEM-005': 1, 'ITEM-004': 1 });
    await tell(Array.from({ length: 20 }, (_, n) => created(`o-${n}`, items(n))));
    const ends = (n: number) => event(n % 3 ? 'cancelled' : 'fulfilled', `o-${n}`, items(n));
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        tell([ends(19 - n), created(`next-${n}`, items(n)), created(`other-${n}`, items(n + 1))], replicas[n % 2]),
      ),
    );
    expect(await item('ITEM-004')).toEqual({ on_hand: 43, reserved: 40 });
  });

  it('gives back once what two replicas want to give back at the same time', async () => {
    const replica = await test.connect();
    const orders = Array.from({ length: 10 }, (_, n) => [`o-${n}`, { 'ITEM-001': 1 }] as const);
    await tell([...orders.map((order) => created(...order)), created('other', { 'ITEM-001': 10 })]);
    for (const order of orders) {
      const cancelled = event('cancelled', ...order);
      await Promise.all([tell([cancelled]), tell([cancelled], replica)]);
    }
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 10 });
    expect(announced.filter(({ type }) => type === 'INVENTORY_RELEASED').length).toBe(10);
  });

  it('ends in one state when an order and its cancellation meet on two replicas', async () => {
    const replica = await test.connect();
    for (let n = 0; n < 15; n += 1) {
      const events = [created(`o-${n}`, { 'ITEM-001': 1 }), event('cancelled', `o-${n}`, { 'ITEM-001': 1 })] as const;
      const outcomes = await Promise.allSettled([tell([events[0]]), tell([events[1]], replica)]);
      for (const [which, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason).toMatchObject({ code: '23505' }); // the other one came first: the transport tries again
        await tell([events[which] as OrderEvent]);
      }
      expect(await reservations.find(`o-${n}`)).toMatchObject({ status: 'RELEASED' });
    }
    expect(await item('ITEM-001')).toEqual({ on_hand: 50, reserved: 0 });
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

describe('what the service shows of its stock', () => {
  it('counts reservations by status, stock-outs and what runs low, with their commit', async () => {
    await test.database.query("UPDATE items SET low_stock_threshold = 45 WHERE item_id = 'ITEM-001'");
    await tell([created('o-1', { 'ITEM-001': 10 }), created('o-2', { 'ITEM-002': 51, 'ITEM-003': 51, 'ITEM-004': 1 })]);
    await tell([event('cancelled', 'o-1', { 'ITEM-001': 10 })]);
    const undone = test.database.transaction(async (tx) => {
      await followOrders.execute(tx, [created('o-3', { 'ITEM-005': 1 })]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const came = (status: string) => sample(metrics, `reservation_status_changes_total{status="${status}"}`);
    const counts = await Promise.all(['HELD', 'REJECTED', 'RELEASED', 'DEDUCTED', 'CANCELLED'].map(came));
    expect(counts).toEqual([1, 1, 1, 0, 0]);
    expect(await sample(metrics, 'stock_outs_total')).toBe(2);
    expect(await sample(metrics, 'stock_low_total')).toBe(1);
  });
});
