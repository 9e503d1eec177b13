import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parameterNamesOf } from '@orderflow/http';
import { Metrics } from '@orderflow/observability';
import type { Database } from '@orderflow/postgres';
import { pagesOf, createTestDatabase, fillTable, readsBeyond, type TestDatabase } from '@orderflow/postgres/testing';
import { NOTIFICATION_STATUSES, NOTIFICATION_TYPES } from './notification.js';
import { NotificationsRepository } from './notifications.repository.js';
import { ListNotificationsQuery } from './notifications.requests.js';
import { PendingNotificationsMetrics } from './pending-notifications.metrics.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };
const NOTIFICATIONS = 200_000;
const LIMIT = 50;
/** Rows that a page may read: those that are searched at most, and the page itself. */
const BOUND = { rows: 1_000 + 2 * LIMIT, buffers: 2 * (1_000 + 2 * LIMIT) };
const FILTERS = {
  customerId: ['CUST-many', 'CUST-7', 'CUST-none'],
  orderId: ['order-50000', 'order-none'],
  type: NOTIFICATION_TYPES,
  status: NOTIFICATION_STATUSES,
};

let test: TestDatabase;
let before: string;

/**
 * Skewed: half of them are of one customer; the newer half is of one type, the older one of two others, except for twenty that are
 * INVENTORY_INSUFFICIENT and twenty that FAILED, each in one go. The newest are PENDING. None is ORDER_CANCELLED.
 */
beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
  await test.database.query('ALTER TABLE notifications SET (autovacuum_enabled = false)');
  await fillTable(
    test.database,
    `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at)
     SELECT uuidv7((n - ${NOTIFICATIONS}) * interval '10 seconds'), CASE WHEN n % 4 < 2 THEN 'CUST-many' ELSE 'CUST-' || n % 10000 END,
            'order-' || n / 2, CASE WHEN n > ${NOTIFICATIONS / 2} THEN 'ORDER_FULFILLED' WHEN n % 2 = 0 THEN 'ORDER_CREATED'
                                    WHEN n BETWEEN 50000 AND 50040 THEN 'INVENTORY_INSUFFICIENT' ELSE 'INVENTORY_RESERVED' END,
            'log', 'Your order', 'Good news', CASE WHEN n BETWEEN 30000 AND 30020 THEN 'FAILED' WHEN n > ${NOTIFICATIONS - 50} THEN 'PENDING' ELSE 'SENT' END, now()
     FROM generate_series($1::int, $2::int) n`,
    NOTIFICATIONS,
  );
  const [row] = await test.database.query<{ notification_id: string }>(
    'SELECT notification_id FROM notifications ORDER BY notification_id OFFSET 60000 LIMIT 1',
  );
  before = row?.notification_id ?? '';
});
afterAll(() => test.drop());

describe.each(['without statistics', 'with statistics'])('a list of many notifications %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'with statistics') await test.database.query('ANALYZE notifications');
  });

  it('reads a bounded number of rows for every combination of the filters that a request may have', async () => {
    const paging = new Set(['limit', 'cursor']);
    const names = [...parameterNamesOf(ListNotificationsQuery)].filter((name) => !paging.has(name));
    expect(Object.keys(FILTERS).sort()).toEqual(names.sort());
    const pages = pagesOf(FILTERS, before, (database, filter, before) =>
      new NotificationsRepository(database).list(filter, { before, limit: LIMIT + 1 }),
    );
    expect(await readsBeyond(BOUND, test.database, pages)).toEqual([]);
  });

  it('reads a bounded number of rows for the metric of pending ones', async () => {
    const metric = (database: Database) => new PendingNotificationsMetrics(database, new Metrics()).measure();
    expect(await readsBeyond(BOUND, test.database, { metric })).toEqual([]);
  });
});

describe('a list of many notifications', () => {
  const countOf = async (filter: object) => {
    const page = { before: null, limit: 200 };
    const { rows, searchedTo } = await new NotificationsRepository(test.database).list(filter, page);
    return [rows.length, searchedTo];
  };

  it.each([
    [{ type: 'INVENTORY_INSUFFICIENT' }, 20],
    [{ customerId: 'CUST-many', type: 'INVENTORY_INSUFFICIENT' }, 10],
    [{ status: 'FAILED' }, 21],
    [{ status: 'PENDING', customerId: 'CUST-many' }, 25],
    [{ status: 'FAILED', type: 'ORDER_CREATED' }, 11],
    [{ type: 'ORDER_CANCELLED' }, 0],
  ])('finds rare ones at once, and all of them: %j', async (filter, count) => {
    expect(await countOf(filter)).toEqual([count, null]);
  });

  it('finds usual ones page by page, if they come after very many others', async () => {
    const notifications = new NotificationsRepository(test.database);
    let found = 0;
    let [pages, empty] = [0, 0];
    for (let cursor: string | null = null; found < 200; pages += 1) {
      const { rows, searchedTo } = await notifications.list({ type: 'ORDER_CREATED' }, { before: cursor, limit: 200 });
      found += rows.length;
      empty += rows.length === 0 ? 1 : 0;
      cursor = searchedTo;
    }
    expect([found, pages, empty]).toEqual([200, 101, 100]);
  });
});
