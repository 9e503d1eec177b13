import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parameterNamesOf } from '@orderflow/http';
import { Metrics } from '@orderflow/observability';
import type { Database } from '@orderflow/postgres';
import { pagesOf, createTestDatabase, fillTable, readsBeyond, type TestDatabase } from '@orderflow/postgres/testing';
import { OrdersRepository, type RepublishFilter } from './orders.repository.js';
import { ListOrdersQuery } from './orders.requests.js';
import { ORDER_STATUSES } from './domain/order-status.js';
import { UndecidedOrdersMetrics } from './undecided-orders.metrics.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../../migrations', import.meta.url) };
const ORDERS = 200_000;
const LIMIT = 50;
/** Rows that a page may read: those that are searched at most, and the page itself. */
const BOUND = { rows: 1_000 + 2 * LIMIT, buffers: 2 * (1_000 + 2 * LIMIT) };

let test: TestDatabase;
/** When the nth order was created. */
const times = new Map<number, Date>();
let before: string;

/**
 * Skewed: every other order is of one customer; the newer half is FULFILLED, the older one CONFIRMED, except for a hundred orders
 * that were REJECTED in one go, and the newest, which are PENDING. None is CANCELLED.
 */
beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
  await test.database.query('ALTER TABLE orders SET (autovacuum_enabled = false)');
  await fillTable(
    test.database,
    `INSERT INTO orders (order_id, customer_id, items, total_amount, status, history, created_at)
     SELECT id, CASE WHEN n % 2 = 0 THEN 'CUST-many' ELSE 'CUST-' || n % 10000 END, '[]', 1,
            CASE WHEN n > ${ORDERS} - 50 THEN 'PENDING' WHEN n > ${ORDERS / 2} THEN 'FULFILLED'
                 WHEN n BETWEEN 50000 AND 50100 THEN 'REJECTED' ELSE 'CONFIRMED' END,
            '[]', uuid_extract_timestamp(id)
     FROM (SELECT n, uuidv7((n - ${ORDERS}) * interval '10 seconds') AS id FROM generate_series($1::int, $2::int) n) made`,
    ORDERS,
  );
  const rows = await test.database.query<{ order_id: string; created_at: Date; n: string }>(
    'SELECT * FROM (SELECT order_id, created_at, row_number() OVER (ORDER BY order_id) AS n FROM orders) o WHERE n IN (1000, 40000, 150000)',
  );
  for (const { n, created_at } of rows) times.set(Number(n), created_at);
  before = rows.find(({ n }) => Number(n) === 40_000)?.order_id ?? '';
});
afterAll(() => test.drop());

const filters = () => ({
  customerId: ['CUST-many', 'CUST-7', 'CUST-none'],
  status: ORDER_STATUSES,
  from: [times.get(1_000), times.get(150_000)],
  to: [times.get(1_000), times.get(150_000)],
});
describe.each(['without statistics', 'with statistics'])('a list of many orders %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'with statistics') await test.database.query('ANALYZE orders');
  });

  it('reads a bounded number of rows for every combination of the filters that a request may have', async () => {
    const paging = new Set(['limit', 'cursor']);
    const names = [...parameterNamesOf(ListOrdersQuery)].filter((name) => !paging.has(name));
    // `late` is a status and a period
    expect([...Object.keys(filters()), 'late'].sort()).toEqual(names.sort());
    const pages = pagesOf(filters(), before, (database, filter, before) =>
      new OrdersRepository(database).list(filter, { before, limit: LIMIT + 1 }),
    );
    expect(await readsBeyond(BOUND, test.database, pages)).toEqual([]);
  });

  it('reads a bounded number of rows for the orders to republish, and for the metric of undecided ones', async () => {
    const [from, to] = [times.get(40_000) as Date, times.get(150_000) as Date];
    const ids = (filter: RepublishFilter) => (database: Database) =>
      new OrdersRepository(database).idsToRepublish(filter, LIMIT);
    const works = {
      undecided: ids({ status: 'PENDING' }),
      'undecided, continued': ids({ status: 'PENDING', after: before }),
      'of a period': ids({ from, to }),
      'of a period, continued': ids({ from: times.get(1_000) as Date, to, after: before }),
      metric: (database: Database) => new UndecidedOrdersMetrics(database, new Metrics()).measure(),
    };
    expect(await readsBeyond(BOUND, test.database, works)).toEqual([]);
  });
});

describe('a list of a customer with very many orders', () => {
  it('finds all that match, page by page, although pages end early', async () => {
    const orders = new OrdersRepository(test.database);
    const found: string[] = [];
    let pages = 0;
    for (let cursor: string | null = before; cursor !== null; pages += 1) {
      const page = await orders.list({ customerId: 'CUST-many', status: 'PENDING' }, { before: cursor, limit: LIMIT });
      found.push(...page.rows.map(({ orderId }) => orderId));
      cursor = page.searchedTo;
    }
    expect([found, pages]).toEqual([[], 20]);
  });

  it('finds the rare ones at once', async () => {
    const orders = new OrdersRepository(test.database);
    const { rows, searchedTo } = await orders.list(
      { customerId: 'CUST-many', status: 'REJECTED' },
      { before: null, limit: 100 },
    );
    expect([rows.length, searchedTo]).toEqual([51, null]);
  });
});
