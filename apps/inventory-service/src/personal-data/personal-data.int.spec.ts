import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchContext, type CloudEvent, type Outbox } from '@orderflow/messaging';
import { Metrics } from '@orderflow/observability';
import { EraseCustomers, Erasures, PERSONAL_DATA_MIGRATIONS } from '@orderflow/personal-data';
import { columnsThatMention, createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { OrderEventsConsumer } from '../reservations/order-events.consumer.js';
import { ReservationsMetrics } from '../reservations/reservations.metrics.js';
import { ReservationsRepository } from '../reservations/reservations.repository.js';
import { ReserveStock } from '../reservations/reserve-stock.js';
import { MIGRATIONS } from '../testing/test-stock.js';
import { PERSONAL_DATA } from './personal-data.js';

let test: TestDatabase;
let erasures: Erasures;
let consumer: OrderEventsConsumer;
let worker: EraseCustomers;

beforeAll(async () => {
  test = await createTestDatabase([PERSONAL_DATA_MIGRATIONS, MIGRATIONS]);
  erasures = new Erasures(test.database);
  const outbox = { add: async () => undefined } as unknown as Outbox;
  const reservations = new ReservationsRepository(test.database);
  const reserveStock = new ReserveStock(erasures, reservations, outbox, new ReservationsMetrics(new Metrics()));
  consumer = new OrderEventsConsumer(reserveStock);
  worker = new EraseCustomers(test.database, PERSONAL_DATA.steps, 1_000_000);
});
beforeEach(() => test.database.query('TRUNCATE reservations, erasures'));
afterAll(async () => {
  await worker.onApplicationShutdown();
  await test.drop();
});

const created = (orderId: string, customerId: string, time = new Date()) =>
  ({
    type: 'ORDER_CREATED',
    time: time.toISOString(),
    data: { orderId, customerId, items: [{ itemId: 'ITEM-001', quantity: 1 }] },
  }) as CloudEvent & Parameters<OrderEventsConsumer['handle']>[0][number];

const handle = (...events: ReturnType<typeof created>[]) =>
  test.database.transaction(async (tx) => {
    await tx.query('SELECT pg_current_xact_id()');
    await consumer.handle(events, new BatchContext([tx]));
  });

async function erase(customerId: string): Promise<string> {
  const { erasureId, pseudonym } = await test.database.transaction((tx) => erasures.request(tx, customerId));
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    await worker.execute();
    if ((await erasures.find(erasureId))?.finishedAt) return pseudonym;
  }
  throw new Error('The erasure does not finish');
}

const customers = async () =>
  Object.fromEntries(
    (
      await test.database.query<{ id: string; customer: string }>(
        'SELECT order_id AS id, customer_id AS customer FROM reservations ORDER BY order_id',
      )
    ).map(({ id, customer }) => [id, customer]),
  );

describe('the erasure of a customer', () => {
  it('leaves the reservations under the pseudonym, however many orders the table has', async () => {
    await test.database.query(
      `INSERT INTO reservations (order_id, customer_id, items, status)
       SELECT 'o-' || n, CASE n % 2 WHEN 0 THEN 'CUST-ERASED' ELSE 'CUST-OTHER' END, '[]', 'DEDUCTED' FROM generate_series(1, 1200) n`,
    );
    const pseudonym = await erase('CUST-ERASED');
    expect(await columnsThatMention(test.database, 'CUST-ERASED')).toEqual(['erasures.customer_id']);
    const counted = Object.values(await customers());
    expect(counted.filter((customer) => customer === pseudonym)).toHaveLength(600);
    expect(counted.filter((customer) => customer === 'CUST-OTHER')).toHaveLength(600);
  });

  it('holds for events from before it that arrive later, and while it runs', async () => {
    const before = new Date();
    const arriving = Array.from({ length: 40 }, (_, n) => handle(created(`o-${n}`, 'CUST-ERASED', before)));
    const pseudonym = await erase('CUST-ERASED');
    await Promise.all(arriving);
    await handle(created('o-late', 'CUST-ERASED', before));
    expect(new Set(Object.values(await customers()))).toEqual(new Set([pseudonym]));
    await handle(created('o-new', 'CUST-ERASED', new Date(Date.now() + 60_000)));
    expect((await customers())['o-new']).toBe('CUST-ERASED');
  });
});
