import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Backlog } from './backlog.js';

class WaitingJobs extends Backlog {}

let test: TestDatabase;
let metrics: Metrics;
let jobs: Backlog;

beforeAll(async () => {
  test = await createTestDatabase([]);
  await test.database.query('CREATE TABLE jobs (n integer PRIMARY KEY, done boolean, at timestamptz)');
});
beforeEach(async () => {
  await test.database.query('TRUNCATE jobs');
  metrics = new Metrics();
  jobs = new WaitingJobs(test.database, metrics, {
    name: 'jobs_waiting',
    help: 'Jobs that wait',
    table: 'jobs',
    where: 'NOT done',
    since: 'at',
    orderBy: 'n',
  });
});
afterAll(() => test.drop());

const insert = (from: number, to: number, ageSeconds: number) =>
  test.database.query(
    `INSERT INTO jobs SELECT n, false, now() - $3 * interval '1 second' FROM generate_series($1::int, $2::int) n`,
    [from, to, ageSeconds],
  );
const figures = async () => [
  await sample(metrics, 'jobs_waiting'),
  Math.floor(((await sample(metrics, 'jobs_waiting_oldest_age_seconds')) ?? Number.NaN) / 1_000),
];

describe('Backlog', () => {
  it('shows zero before the first measurement, and if nothing waits', async () => {
    expect(await figures()).toEqual([0, 0]);
    await jobs.measure();
    expect(await figures()).toEqual([0, 0]);
  });

  it('shows how many rows wait, and for how long the oldest has waited', async () => {
    await insert(1, 1, 7_000);
    await insert(2, 3, 100);
    await test.database.query('INSERT INTO jobs VALUES (0, true, now() - interval $$1 day$$)');
    await jobs.measure();
    expect(await figures()).toEqual([3, 7]);
  });

  it('counts up to its maximum', async () => {
    await insert(1, 10_500, 0);
    await jobs.measure();
    expect(await sample(metrics, 'jobs_waiting')).toBe(10_000);
  });

  it('keeps the last figures while the query fails', async () => {
    await insert(1, 2, 3_000);
    await jobs.measure();
    await test.database.query('ALTER TABLE jobs RENAME TO renamed');
    await expect(jobs.measure()).rejects.toThrow('jobs');
    expect(await figures()).toEqual([2, 3]);
    await test.database.query('ALTER TABLE renamed RENAME TO jobs');
  });

  it('measures each value of a label by itself', async () => {
    await test.database.query(
      'CREATE TABLE tasks (kind text, n integer, at timestamptz); CREATE INDEX ON tasks (kind, n)',
    );
    await test.database.query(`INSERT INTO tasks SELECT kind, n, now() - n * interval '1 second'
      FROM unnest('{a,b,other}'::text[], '{1,2,9}'::int[]) each (kind, most), generate_series(1, most) n`);
    const tasks = new WaitingJobs(test.database, metrics, {
      name: 'tasks_waiting',
      help: 'Tasks that wait',
      table: 'tasks',
      where: 'n > 0',
      since: 'at',
      orderBy: 'kind, n',
      by: { column: 'kind', values: ['a', 'b', 'c'] },
    });
    await tasks.measure();
    const shown = await metrics.exposition();
    for (const [kind, waiting] of Object.entries({ a: 1, b: 2, c: 0 }))
      expect(shown).toContain(`tasks_waiting{kind="${kind}"} ${waiting}\n`);
    expect(shown).toMatch(/^tasks_waiting_oldest_age_seconds\{kind="a"\} 1\./m);
    expect(shown).toMatch(/^tasks_waiting_oldest_age_seconds\{kind="c"\} 0$/m);
    expect(shown).not.toContain('other');
  });
});
