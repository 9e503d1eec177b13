import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { type Database, indexedStep, ROWS_PER_STEP } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { EraseCustomers } from './erase-customers.js';
import { Erasures } from './erasures.js';
import { PERSONAL_DATA_MIGRATIONS } from './migrations.js';
import { RunningErasuresMetrics } from './running-erasures.metrics.js';

const DAY_MS = 86_400_000;
const NAMES = `UPDATE names SET customer_id = $2 WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM names WHERE customer_id = $1 LIMIT ${ROWS_PER_STEP} FOR UPDATE)) RETURNING 1`;
const STEPS = [
  indexedStep('names', NAMES),
  { ...indexedStep('late', NAMES.replaceAll('names', 'late')), repeats: true },
];

let test: TestDatabase;
let database: Database;
let other: Database;
let erasures: Erasures;
const workers: EraseCustomers[] = [];

beforeAll(async () => {
  test = await createTestDatabase([PERSONAL_DATA_MIGRATIONS]);
  database = test.database;
  other = await test.connect();
  await database.query('CREATE TABLE names (customer_id text); CREATE TABLE late (customer_id text)');
});
beforeEach(async () => {
  await database.query('TRUNCATE names, late, erasures');
  erasures = new Erasures(database);
});
afterEach(async () => void (await Promise.all(workers.splice(0).map((worker) => worker.onApplicationShutdown()))));
afterAll(() => test.drop());

function worker(on = database, steps = STEPS): EraseCustomers {
  const one = new EraseCustomers(on, steps, DAY_MS);
  workers.push(one);
  return one;
}

const add = (table: string, customerId: string, count = 1) =>
  database.query(`INSERT INTO ${table} SELECT $1 FROM generate_series(1, $2::integer)`, [customerId, count]);
const request = (customerId = 'CUST-1', pseudonym?: string, requestedBy = 'olga') =>
  database.transaction((tx) => erasures.request(tx, customerId, { pseudonym, requestedBy }));
const countOf = async (table: string, customerId = 'CUST-1') =>
  (await database.query(`SELECT FROM ${table} WHERE customer_id = $1`, [customerId])).length;

/** Works until the erasure is finished. */
async function finish(erasureId: string, ...by: Pick<EraseCustomers, 'execute'>[]) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    await Promise.all(by.map((one) => one.execute()));
    const erasure = await erasures.find(erasureId);
    if (erasure?.finishedAt) return erasure;
  }
  throw new Error('The erasure does not finish');
}

describe('an erasure', () => {
  it('takes each step until it finds nothing, counts the rows, and leaves other customers alone', async () => {
    await add('names', 'CUST-1', ROWS_PER_STEP + 1);
    await add('late', 'CUST-1');
    await add('names', 'CUST-2');
    const { erasureId, pseudonym } = await request();
    expect(await finish(erasureId, worker())).toMatchObject({ erased: { names: ROWS_PER_STEP + 1, late: 1 } });
    expect(pseudonym).toMatch(/^erased-[0-9a-f-]{36}$/);
    expect([await countOf('names'), await countOf('names', pseudonym)]).toEqual([0, ROWS_PER_STEP + 1]);
    expect(await countOf('names', 'CUST-2')).toBe(1);
  });

  it('is the same one while it runs, whatever pseudonym a second request names, and another one afterwards', async () => {
    const first = await request('CUST-1', 'erased-a');
    expect(await request('CUST-1', 'erased-b', 'rita')).toMatchObject({
      ...{ erasureId: first.erasureId, pseudonym: 'erased-a', requestedBy: 'olga' },
    });
    await finish(first.erasureId, worker());
    expect((await request()).erasureId).not.toBe(first.erasureId);
  });

  it('begins only when every transaction has ended that may not know of it', async () => {
    let commit = () => {};
    const committed = new Promise<void>((resolve) => (commit = resolve));
    let handled: Promise<void> = Promise.resolve();
    await new Promise<void>((began) => {
      handled = other.transaction(async (tx) => {
        await tx.query('SELECT pg_current_xact_id()');
        const nameAt = await erasures.namesAt(tx, ['CUST-1']);
        began();
        await committed;
        await tx.query('INSERT INTO names VALUES ($1)', [nameAt('CUST-1', '2026-01-01T00:00:00Z')]);
      });
    });
    const { erasureId } = await request();
    const working = worker();
    await working.execute();
    await working.execute();
    expect((await erasures.find(erasureId))?.finishedAt).toBeNull();
    commit();
    await handled;
    expect(await countOf('names')).toBe(1); // it did not know of the erasure
    await finish(erasureId, working);
    expect(await countOf('names')).toBe(0);
  });

  it('that fails holds up no other, and is finished once it can be', async () => {
    let isBroken = true;
    const breaking: (typeof STEPS)[number] = {
      table: 'names',
      run: async (tx, { customerId }) => {
        if (isBroken && customerId === 'CUST-1') await tx.query('SELECT 1 / 0');
        return { rows: 0, next: null };
      },
    };
    const [first, second] = [await request('CUST-1'), await request('CUST-2')];
    const working = worker(database, [breaking]);
    const failures = new Set<string>();
    const execute = () => working.execute().catch(({ message }: Error) => void failures.add(message));
    await finish(second.erasureId, { execute });
    await finish(first.erasureId, {
      execute: async () => {
        isBroken &&= failures.size === 0; // it begins later if a transaction of another test was running
        await execute();
      },
    });
    expect([...failures]).toEqual([`erasure ${first.erasureId}: division by zero`]);
  });

  it('is continued by another replica where one was killed, and by two at once', async () => {
    await add('names', 'CUST-1', 3 * ROWS_PER_STEP);
    await add('late', 'CUST-1', 3 * ROWS_PER_STEP);
    const { erasureId } = await request();
    const failing = { ...STEPS[0], table: 'failing', run: () => Promise.reject(new Error('killed')) };
    const [names, late] = STEPS as [(typeof STEPS)[0], (typeof STEPS)[0]];
    const killed = worker(database, [names, failing, late]);
    await killed.execute().catch(() => undefined);
    for (const deadline = Date.now() + 10_000; Date.now() < deadline && (await countOf('names')) > 0;)
      await killed.execute().catch(() => undefined);
    expect([await countOf('names'), await countOf('late')]).toEqual([0, 3 * ROWS_PER_STEP]);
    expect(await finish(erasureId, worker(), worker(other))).toMatchObject({
      erased: { names: 3 * ROWS_PER_STEP, late: 3 * ROWS_PER_STEP },
    });
  });

  it('repeats the steps for what arrives late, once nothing more can arrive, and then deletes the id', async () => {
    const { erasureId } = await request();
    const working = worker();
    await finish(erasureId, working);
    await add('late', 'CUST-1');
    await add('names', 'CUST-1'); // of a new customer with the same id
    await working.execute();
    expect(await countOf('late')).toBe(1);
    await database.query("UPDATE erasures SET requested_at = now() - interval '25 hours'");
    await working.execute();
    expect([await countOf('late'), await countOf('names')]).toEqual([0, 1]);
    expect(await database.query('SELECT customer_id FROM erasures')).toEqual([{ customer_id: null }]);
    expect((await erasures.find(erasureId))?.erased).toEqual({ late: 1 });
  });
});

describe('namesAt', () => {
  const nameOf = (customerId: string, time: Date) =>
    database.transaction(async (tx) =>
      (await erasures.namesAt(tx, [customerId, customerId]))(customerId, time.toISOString()),
    );

  it('gives events from before each erasure its pseudonym, and later ones the id', async () => {
    const now = Date.now();
    const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000);
    for (const [pseudonym, hours] of [
      ['erased-second', 2],
      ['erased-first', 4],
    ] as const) {
      const { erasureId } = await request('CUST-1', pseudonym);
      await database.query('UPDATE erasures SET requested_at = $2, finished_at = now() WHERE erasure_id = $1', [
        erasureId,
        hoursAgo(hours),
      ]);
    }
    expect(await nameOf('CUST-1', hoursAgo(5))).toBe('erased-first');
    expect(await nameOf('CUST-1', hoursAgo(3))).toBe('erased-second');
    expect(await nameOf('CUST-1', hoursAgo(1))).toBe('CUST-1');
    expect(await nameOf('CUST-2', hoursAgo(5))).toBe('CUST-2');
  });
});

it('shows how many erasures run, and since when', async () => {
  const metrics = new Metrics();
  const running = new RunningErasuresMetrics(database, metrics);
  const { erasureId } = await request();
  await database.query("UPDATE erasures SET requested_at = now() - interval '2 hours' WHERE erasure_id = $1", [
    erasureId,
  ]);
  await running.measure();
  expect(await sample(metrics, 'erasures_running')).toBe(1);
  expect(await sample(metrics, 'erasures_running_oldest_age_seconds')).toBeGreaterThanOrEqual(7_200);
  await finish(erasureId, worker());
  await running.measure();
  expect(await sample(metrics, 'erasures_running')).toBe(0);
});
