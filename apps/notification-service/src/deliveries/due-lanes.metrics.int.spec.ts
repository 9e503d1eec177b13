import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, fillTable, readsBeyond, type TestDatabase } from '@orderflow/postgres/testing';
import { DueLanesMetrics } from './due-lanes.metrics.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../../migrations', import.meta.url) };
const LANES = 100_000;
const BOUND = { rows: 100, buffers: 200 };

let test: TestDatabase;

/** Most lanes have nothing to send; many fail; of the others, two are due. */
beforeAll(async () => {
  test = await createTestDatabase([MIGRATIONS]);
  await fillTable(
    test.database,
    `INSERT INTO delivery_lanes (channel, customer_id, host, failures, due_at)
     SELECT CASE n % 2 WHEN 0 THEN 'email' ELSE 'webhook' END, 'CUST-' || n, '', CASE WHEN n % 10 = 0 THEN 3 ELSE 0 END,
            CASE WHEN n % 10 < 3 THEN now() + CASE WHEN n % 10 = 0 THEN interval '-1 day' ELSE interval '30 seconds' END END
     FROM generate_series($1::int, $2::int) n`,
    LANES,
  );
  await test.database.query(
    `UPDATE delivery_lanes SET due_at = now() - interval '100 seconds' WHERE customer_id IN ('CUST-5', 'CUST-7')`,
  );
});
afterAll(() => test.drop());

describe('the metric of due lanes', () => {
  it('counts neither those that fail, nor those that are leased or rest, nor those that have nothing to send', async () => {
    const metrics = new Metrics();
    await new DueLanesMetrics(test.database, metrics).measure();
    expect(await sample(metrics, 'delivery_lanes_due{channel="webhook"}')).toBe(2);
    expect(await sample(metrics, 'delivery_lanes_due{channel="email"}')).toBe(0);
    expect(await sample(metrics, 'delivery_lanes_due_oldest_age_seconds{channel="email"}')).toBe(0);
    const age = await sample(metrics, 'delivery_lanes_due_oldest_age_seconds{channel="webhook"}');
    expect(age).toBeGreaterThanOrEqual(100);
    expect(age).toBeLessThan(3_600);
  });

  it('reads a bounded number of rows', async () => {
    const metric = (database: Database) => new DueLanesMetrics(database, new Metrics()).measure();
    expect(await readsBeyond(BOUND, test.database, { metric })).toEqual([]);
  });
});
