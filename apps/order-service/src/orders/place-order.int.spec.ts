import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import type { Outbox, OutgoingEvent } from '@orderflow/messaging';
import { type Database, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { Order } from './domain/order.js';
import { IdempotencyKeysPurge } from './idempotency/idempotency-keys.purge.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder, type PlaceOrderOutcome } from './place-order.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../migrations', import.meta.url) };

let test: TestDatabase;
let other: Database;
let published: string[];
let orders: OrdersRepository;

beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
  other = await test.connect();
  orders = new OrdersRepository(test.database);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE orders, idempotency_keys');
  published = [];
});
afterAll(() => test.drop());

/** @param beforePublishing runs inside the transaction; it may wait or fail */
function replica(database: Database, beforePublishing: () => Promise<void> = () => Promise.resolve()): PlaceOrder {
  const add = async (tx: Transaction, events: readonly OutgoingEvent[]) => {
    await beforePublishing();
    tx.onCommit(() => published.push(...events.map(({ key }) => key)));
  };
  const keys = new IdempotencyKeysRepository(database);
  return new PlaceOrder(
    database,
    new OrdersRepository(database),
    keys,
    { add } as unknown as Outbox,
    new OrdersMetrics(new Metrics()),
  );
}

function gate() {
  let open: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  return { open, reached, pass: () => (arrive(), opened) };
}

const request = (customerId = 'CUST-1') => ({
  customerId,
  items: [{ itemId: 'ITEM-001', quantity: 2 }],
  totalAmount: 12.3456,
});
const orderOf = (outcome: PlaceOrderOutcome): Order => {
  if (outcome.kind === 'placed' || outcome.kind === 'repeated') return outcome.order;
  throw new Error(`expected an order, not ${outcome.kind}`);
};
const kindsOf = (outcomes: readonly PlaceOrderOutcome[]) => outcomes.map(({ kind }) => kind).sort();
const waitersForLocks = async () =>
  (
    await test.database.query(
      'SELECT FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND datname = current_database()',
    )
  ).length;
async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) if (Date.now() > deadline) throw new Error('not within 5 s');
}
const countOrders = async () =>
  (await test.database.query<{ n: number }>('SELECT count(*)::int AS n FROM orders'))[0]?.n;

describe('an order', () => {
  it('of many that arrive at the same time is stored and published once', async () => {
    const placeOrder = replica(test.database);
    const placed = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => orderOf(await placeOrder.execute(request(`CUST-${n}`)))),
    );
    for (const order of placed) expect(await orders.find(order.orderId)).toEqual(order);
    expect(published.toSorted()).toEqual(placed.map(({ orderId }) => orderId).sort());
  });
});

describe('a request with an idempotency key', () => {
  it('gets the first response again, byte for byte, on any replica and after the order has changed', async () => {
    const first = orderOf(await replica(test.database).execute(request(), 'key'));
    const change = { status: 'CONFIRMED', at: new Date() } as const;
    await test.database.transaction(async (tx) => orders.changeStatuses(tx, new Map([[first.orderId, change]])));
    for (const database of [test.database, other]) {
      const again = await replica(database).execute(
        { totalAmount: 12.3456, items: [{ quantity: 2, itemId: 'ITEM-001' }], customerId: 'CUST-1' },
        'key',
      );
      expect(again.kind).toBe('repeated');
      expect(JSON.stringify(orderOf(again))).toBe(JSON.stringify(first));
    }
    expect(published).toEqual([first.orderId]);
    expect(await countOrders()).toBe(1);
  });

  it('is rejected if the key was used with a different body', async () => {
    const placeOrder = replica(test.database);
    await placeOrder.execute(request(), 'key');
    expect(await placeOrder.execute({ ...request(), totalAmount: 12 }, 'key')).toEqual({ kind: 'key-reused' });
    expect(await countOrders()).toBe(1);
  });

  it('creates an order of its own for each key', async () => {
    const placeOrder = replica(test.database);
    const outcomes = await Promise.all(['a', 'b', 'c'].map((key) => placeOrder.execute(request(), key)));
    expect(kindsOf(outcomes)).toEqual(['placed', 'placed', 'placed']);
    expect(await countOrders()).toBe(3);
  });

  it('is in flight at once while the first one is being processed, on its replica and on another one', async () => {
    const { open, reached, pass } = gate();
    const [slow, fast] = [replica(test.database, pass), replica(other)];
    const first = slow.execute(request(), 'key');
    await reached; // its transaction is open
    expect(await slow.execute(request(), 'key')).toEqual({ kind: 'in-flight' });
    expect(await fast.execute(request(), 'key')).toEqual({ kind: 'in-flight' });
    expect(await fast.execute({ ...request(), totalAmount: 1 }, 'key')).toEqual({ kind: 'in-flight' });
    expect((await fast.execute(request(), 'another')).kind).toBe('placed');
    open();
    const { orderId } = orderOf(await first);
    for (const placeOrder of [slow, fast]) {
      expect(await placeOrder.execute(request(), 'key')).toMatchObject({ kind: 'repeated', order: { orderId } });
    }
  });

  it('is in flight if its key is already in the batch, whose other orders are placed', async () => {
    const { open, pass } = gate();
    const placeOrder = replica(test.database, pass);
    const placing = [
      placeOrder.execute(request(), 'key'),
      placeOrder.execute(request('CUST-2')),
      placeOrder.execute(request('CUST-3'), 'another'),
    ];
    expect(await placeOrder.execute(request(), 'key')).toEqual({ kind: 'in-flight' });
    open();
    expect((await Promise.all(placing)).map(({ kind }) => kind)).toEqual(['placed', 'placed', 'placed']);
    expect(await countOrders()).toBe(3);
  });

  it('creates one order, however many repetitions meet on however many replicas', async () => {
    const replicas = [replica(test.database), replica(other), replica(await test.connect())];
    for (let round = 0; round < 40; round += 1) {
      const outcomes = await Promise.all(
        Array.from({ length: 9 }, async (_, n) => {
          for (let turn = 0; turn < (n * round) % 7; turn += 1) await new Promise(setImmediate);
          return (replicas[n % 3] as PlaceOrder).execute(request(), `key-${round}`);
        }),
      );
      expect(outcomes.filter(({ kind }) => kind === 'placed').length).toBe(1);
      expect(outcomes.filter(({ kind }) => kind === 'key-reused')).toEqual([]);
    }
    expect(await countOrders()).toBe(40);
    const again = await Promise.all(replicas.flatMap((each) => [0, 1, 2].map(() => each.execute(request(), 'key-0'))));
    expect(new Set(again.map((outcome) => orderOf(outcome).orderId)).size).toBe(1);
  });

  it('is in flight if the first one commits between the snapshot and the lock of the second', async () => {
    // The function is found before PostgreSQL's own, and stops the statement after its snapshot is taken.
    await test.database.query('CREATE SCHEMA slow');
    await test.database.query(
      `CREATE FUNCTION slow.pg_try_advisory_xact_lock(key bigint) RETURNS boolean LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_advisory_xact_lock(1, 1); RETURN pg_catalog.pg_try_advisory_xact_lock(key); END $$`,
    );
    const late = { key: 'key', requestHash: Buffer.from('late'), orderId: '01a20a1d-3502-7688-9689-0e41c380fa7b' };
    let claiming: Promise<unknown> = Promise.resolve();
    await test.database.transaction(async (gateTx) => {
      await gateTx.query('SELECT pg_advisory_xact_lock(1, 1)');
      claiming = other.transaction(async (tx) => {
        await tx.query('SET LOCAL search_path = slow, public, pg_catalog');
        return new IdempotencyKeysRepository(other).claim(tx, [late]);
      });
      await eventually(async () => (await waitersForLocks()) > 0);
      await replica(test.database).execute(request(), 'key');
    });
    expect(await claiming).toEqual(new Map([['key', { kind: 'in-flight' }]]));
    expect((await replica(other).execute(request(), 'key')).kind).toBe('repeated');
  });

  it('creates an order after the first one was rolled back', async () => {
    let isBroken = true;
    const failing = replica(test.database, () => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve()));
    for (const key of ['here', 'elsewhere']) await expect(failing.execute(request(), key)).rejects.toThrow('no');
    isBroken = false;
    const changed = { ...request(), totalAmount: 1 };
    expect((await failing.execute(changed, 'here')).kind).toBe('placed');
    expect((await replica(other).execute(changed, 'elsewhere')).kind).toBe('placed');
    expect(await countOrders()).toBe(2);
  });

  it('creates a new order after 24 hours, one on all replicas', async () => {
    const replicas = [replica(test.database), replica(other)];
    const first = orderOf(await replica(test.database).execute(request(), 'key'));
    const [{ hours } = { hours: 0 }] = await test.database.query<{ hours: number }>(
      "SELECT extract(epoch FROM expires_at - now())::float / 3600 AS hours FROM idempotency_keys WHERE key = 'key'",
    );
    expect(hours).toBeCloseTo(24, 1);
    await test.database.query('UPDATE idempotency_keys SET expires_at = now()');
    const later = await Promise.all(replicas.map((each) => each.execute({ ...request(), totalAmount: 1 }, 'key')));
    expect(later.filter(({ kind }) => kind === 'placed').length).toBe(1);
    const { orderId } = orderOf(await (replicas[0] as PlaceOrder).execute({ ...request(), totalAmount: 1 }, 'key'));
    expect(orderId).not.toBe(first.orderId);
    expect(await countOrders()).toBe(2);
  });

  it('costs one statement per batch, and none if no request has a key', async () => {
    let statements = 0;
    const counting = {
      transaction: (work: (tx: Transaction) => Promise<unknown>) =>
        test.database.transaction((tx) => {
          const query = tx.query.bind(tx);
          tx.query = (...args: Parameters<typeof query>) => ((statements += 1), query(...args)) as never;
          return work(tx);
        }),
    } as unknown as Database;
    const placeOrder = replica(counting);
    await Promise.all([1, 2, 3].map(() => placeOrder.execute(request())));
    expect(statements).toBe(1);
    statements = 0;
    await Promise.all([1, 2, 3, 4].map((n) => placeOrder.execute(request(), n % 2 ? `key-${n}` : undefined)));
    expect(statements).toBe(2);
  });
});

describe('IdempotencyKeysPurge', () => {
  it('deletes expired keys and no others', async () => {
    await test.database.query(
      `INSERT INTO idempotency_keys (key, request_hash, order_id, expires_at)
       SELECT 'old-' || n, '', gen_random_uuid(), now() - n * interval '1 minute' FROM generate_series(1, 3) n`,
    );
    await replica(test.database).execute(request(), 'key');
    await new IdempotencyKeysPurge(test.database).execute();
    expect(await test.database.query('SELECT key FROM idempotency_keys')).toEqual([{ key: 'key' }]);
  });
});
