import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, explain, type PlanNode, type TestDatabase } from '@orderflow/postgres/testing';
import { MESSAGING_MIGRATIONS } from '../../migrations.js';
import { InboxPurge } from '../../consume/inbox/inbox.purge.js';
import { OutboxFull } from '../outbox.options.js';
import { type Part, selectPart } from './outbox.table.js';
import { OutboxWatch } from '../watch/outbox.watch.js';

const INSERTED_AT_ONCE = 4_000;

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  await test.database.query('ALTER TABLE outbox SET (autovacuum_enabled = false)'); // it would gather statistics
});
beforeEach(() => test.database.query('TRUNCATE outbox'));
afterAll(() => test.drop());

interface Scan {
  readonly type: string;
  readonly rows: number;
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How Postgres scans a table for the queries of `use`, and how many rows it reads. */
async function scansBy(ask: (database: Database) => Promise<unknown>, table = 'outbox'): Promise<Scan[]> {
  let nodes: PlanNode[] = [];
  const query = async (sql: string, parameters: readonly unknown[]) => {
    nodes = nodesOf(await explain(test.database, 'ANALYZE, TIMING OFF', sql, parameters));
    return [];
  };
  await ask({ query } as unknown as Database);
  return nodes
    .filter((node) => node['Relation Name'] === table)
    .map((node) => ({
      type: node['Node Type'],
      rows: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    }));
}

/** In small statements, so that none reaches the statement timeout on a busy machine. */
async function insert(rows: number): Promise<void> {
  for (let inserted = 0; inserted < rows; inserted += INSERTED_AT_ONCE) {
    await test.database.query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT 't', convert_to('k' || n % 2000, 'UTF8'), '{}', convert_to(repeat('x', 300), 'UTF8'), now()
       FROM generate_series(1, $1::int) n ORDER BY n`,
      [Math.min(INSERTED_AT_ONCE, rows - inserted)],
    );
  }
}

describe('selectPart', () => {
  it.each(['has no statistics of it', 'believes it to be empty'])(
    'reads its part alone of a long table, though the planner %s',
    async (belief) => {
      if (belief === 'believes it to be empty') await test.database.query('ANALYZE outbox');
      await insert(20_000);
      const [middle] = await test.database.query<{ position: string }>(
        'SELECT position FROM outbox ORDER BY position OFFSET 10000 LIMIT 1',
      );
      const after = middle?.position ?? '';
      const scans = await scansBy((database) => selectPart(database, { after, size: 500, bytes: 1_000_000 }));
      expect(scans.length).toBeGreaterThan(1);
      expect(scans.map(({ type }) => type)).not.toContain('Seq Scan');
      expect(Math.max(...scans.map(({ rows }) => rows))).toBe(500); // so it sorts no more than these either
    },
  );
});

describe('a part with large rows', () => {
  it('is bounded by the bytes of values and headers, and the next part continues behind it', async () => {
    await test.database.query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT 't', convert_to('k' || n, 'UTF8'), jsonb_build_object('h', repeat('x', n % 2 * 1000000)),
              convert_to(repeat('x', (n + 1) % 2 * 1000000), 'UTF8'), now() FROM generate_series(1, 10) n`,
    );
    const sizes: number[] = [];
    for (let after: string | undefined = '0'; after !== undefined;) {
      const part: Part = await selectPart(test.database, { after, size: 500, bytes: 2_500_000 });
      sizes.push(part.stale.length);
      after = part.last;
    }
    expect(sizes).toEqual([3, 3, 3, 1]);
  });

  it('does not count the bytes of rows that their writer is about to publish', async () => {
    await test.database.query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT 't', convert_to('k' || n, 'UTF8'), '{}', convert_to(repeat('x', 1000), 'UTF8'),
              now() + CASE WHEN n < 5 THEN interval '1 minute' ELSE interval '0' END FROM generate_series(1, 6) n`,
    );
    expect((await selectPart(test.database, { after: '0', size: 500, bytes: 500 })).stale).toHaveLength(1);
  });
});

describe('OutboxWatch', () => {
  const ROWS = 120_000;

  const watchOf = (database: Database, maxWaiting: number, metrics = new Metrics()) =>
    new OutboxWatch(
      database,
      { source: '/test', topicRetentionMs: 3_600_000, maxWaiting },
      new HealthRegistry(),
      metrics,
    );

  it('estimates the backlog, and whether there is room, from a small part of a long table', async () => {
    await insert(ROWS);
    const metrics = new Metrics();
    const [roomy, full] = [watchOf(test.database, 1.2 * ROWS, metrics), watchOf(test.database, 0.8 * ROWS)];
    await roomy.look();
    await full.look();
    const waiting = (await sample(metrics, 'outbox_messages')) ?? 0;
    expect(Math.abs(waiting - ROWS)).toBeLessThan(0.1 * ROWS);
    expect(() => roomy.assertRoom()).not.toThrow();
    expect(() => full.assertRoom()).toThrow(OutboxFull);
    const scans = await scansBy((database) => watchOf(database, 10 * ROWS).look());
    const rows = scans.reduce((sum, scan) => sum + scan.rows, 0);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(0.7 * ROWS); // 20,000, and the sampled pages; as many of a million
  });
});

describe('InboxPurge', () => {
  it('reads only expired rows, not the whole table, even if rows of all ages are mixed', async () => {
    await test.database.query(
      `INSERT INTO inbox SELECT gen_random_uuid(), now() - random() * interval '50 hours' FROM generate_series(1, 20000)`,
    );
    const purge = (database: Database) =>
      new InboxPurge(database, { source: '/test', topicRetentionMs: 3_600_000, maxWaiting: 1_000 }).execute();
    await purge(test.database); // half of them
    await test.database.query('ANALYZE inbox'); // as Postgres does by itself after a while
    const scans = await scansBy(purge, 'inbox');
    expect(scans.length).toBeGreaterThan(0);
    expect(scans.map(({ type }) => type)).not.toContain('Seq Scan');
    expect(scans.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(100);
  });
});
