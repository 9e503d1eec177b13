import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Database } from '../database/database.js';
import { Purge } from '../tables/purge.js';
import { eventually } from '../testing/eventually.js';
import { addNumbers, createNumbers, NumbersReplica } from '../testing/numbers-feed.js';
import { scannedTables } from '../testing/scanned-tables.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { expiredChanges } from './feed-tables.js';

let test: TestDatabase;
let writer: Database;
let replica: NumbersReplica;
const replicas: NumbersReplica[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  writer = await test.connect();
  await createNumbers(test.database);
});
beforeEach(async () => {
  await test.database.query('TRUNCATE numbers, number_changes, number_changes_listening');
  replica = start(test.database);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(replicas.splice(0).map((one) => one.stop()));
});
afterAll(() => test.drop());

function start(database: Database, applicationName?: string): NumbersReplica {
  const started = new NumbersReplica(test, database, applicationName);
  replicas.push(started);
  return started;
}

const add = (...numbers: number[]) => writer.transaction(async (tx) => addNumbers(tx, ...numbers));
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
const recorded = async () =>
  (await test.database.query<{ n: number }>('SELECT count(*)::int AS n FROM number_changes'))[0]?.n;
const positionOf = ({ feed }: NumbersReplica) => feed.position as string;
const numbersBetween = async (one: NumbersReplica, after: string, filter: object = {}) =>
  (await one.feed.between(after, positionOf(one), filter))?.map(({ n }) => n);

/** A transaction that has added a number and stays open. @returns commits it */
async function hold(n: number): Promise<() => Promise<void>> {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  let held: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    held = writer.transaction(async (tx) => {
      addNumbers(tx, n);
      await tx.query('SELECT 1');
      resolve();
      await ended;
    });
  });
  return () => {
    end();
    return held;
  };
}

describe('a feed that is used', () => {
  it('delivers a change at once, even if an older transaction still runs, and that one when it commits', async () => {
    replica.feed.use();
    await replica.feed.caughtUp();
    const { gaps } = replica; // at its beginning, and once more if something ran on the server then
    const commitFirst = await hold(1);
    await add(2);
    await eventually(() => replica.received.includes(2));
    expect(replica.received).toEqual([2]);
    await commitFirst();
    await eventually(() => replica.received.length > 1);
    expect(replica.received).toEqual([2, 1]);
    expect(replica.gaps).toBe(gaps);
  });

  it('delivers on every replica each of many concurrent changes once', async () => {
    const other = start(writer, 'other');
    for (const { feed } of [replica, other]) {
      feed.use();
      await feed.caughtUp();
    }
    const numbers = Array.from({ length: 400 }, (_, n) => n);
    await Promise.all(
      numbers.map((n) => (n % 3 === 0 ? test.database.transaction(async (tx) => addNumbers(tx, n)) : add(n))),
    );
    for (const { feed, received } of [replica, other]) {
      await feed.caughtUp();
      expect(sorted(received)).toEqual(numbers);
    }
  });

  it('misses nothing of a transaction that began before, and has recorded nothing', async () => {
    const commit = await hold(1);
    replica.feed.use();
    await eventually(() => replica.gaps === 1);
    await add(2);
    await eventually(() => replica.received.includes(2)); // it does not wait for the other
    expect(replica.feed.position).toBeUndefined();
    expect([replica.gaps, replica.positions]).toEqual([1, [undefined]]);
    await commit();
    await replica.feed.caughtUp();
    expect(replica.gaps).toBe(2); // now the follower reads what it may have missed
    expect(replica.received).toEqual([2]);
  });

  it('waits for such a transaction only as long as one of a service can last', async () => {
    const commit = await hold(1);
    replica.feed.use();
    await eventually(() => replica.gaps === 1);
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 10_000);
    await replica.feed.caughtUp();
    expect(replica.gaps).toBe(2);
    await commit();
  });

  it('delivers what was notified while its connection was lost', async () => {
    replica.feed.use();
    await replica.feed.caughtUp();
    await test.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'numbers'`,
    );
    await add(1);
    await eventually(() => replica.received.length > 0);
    expect(replica.received).toEqual([1]);
  });

  it('reads by an index, also while its tables are empty', async () => {
    replica.feed.use();
    await replica.feed.caughtUp();
    expect(await scannedTables(test.database)).toEqual([]);
  });

  it('delivers nothing of a transaction that is rolled back', async () => {
    replica.feed.use();
    await replica.feed.caughtUp();
    await expect(add(1, 1)).rejects.toThrow('duplicate key');
    await add(2);
    await replica.feed.caughtUp();
    expect(replica.received).toEqual([2]);
  });

  it('rejects callers while the database is unavailable, and delivers afterwards', async () => {
    replica.feed.use();
    await replica.feed.caughtUp();
    await test.database.query('ALTER TABLE number_changes RENAME TO gone');
    await expect(replica.feed.caughtUp()).rejects.toThrow('does not exist');
    await test.database.query('ALTER TABLE gone RENAME TO number_changes');
    await add(1);
    await eventually(() => replica.received.length === 1);
  });
});

describe('a feed that nobody uses', () => {
  it('records nothing', async () => {
    await add(1);
    expect(await recorded()).toBe(0);
  });

  it('is recorded until five minutes later, so that it has no gap for another replica', async () => {
    const stopUsing = replica.feed.use();
    await replica.feed.caughtUp();
    const position = positionOf(replica);
    stopUsing();
    await add(1);
    const other = start(writer, 'other');
    other.feed.use();
    await other.feed.caughtUp();
    expect(await numbersBetween(other, position)).toEqual([1]);
  });

  it('has a gap when that time is over', async () => {
    const stopUsing = replica.feed.use();
    await replica.feed.caughtUp();
    const position = positionOf(replica);
    stopUsing();
    await test.database.query('UPDATE number_changes_listening SET until = now()');
    await add(1);
    replica.feed.use();
    await eventually(() => replica.gaps > 1);
    await replica.feed.caughtUp();
    expect(await numbersBetween(replica, position)).toBeUndefined();
  });
});

describe('what a reader has missed', () => {
  let position: string;

  beforeEach(async () => {
    replica.feed.use();
    await replica.feed.caughtUp();
    await add(1);
    await replica.feed.caughtUp();
    position = positionOf(replica);
  });

  it('is known to another replica, exactly, and with a filter', async () => {
    const other = start(writer, 'other');
    const commit = await hold(2);
    await add(3, 4);
    await replica.feed.caughtUp();
    const withoutTwo = positionOf(replica);
    await commit();
    await add(5);
    other.feed.use();
    await other.feed.caughtUp();
    expect(sorted((await numbersBetween(other, position)) ?? [])).toEqual([2, 3, 4, 5]);
    expect(sorted((await numbersBetween(other, withoutTwo)) ?? [])).toEqual([2, 5]);
    expect(sorted((await numbersBetween(other, position, { parity: 'even' })) ?? [])).toEqual([2, 4]);
    expect(await numbersBetween(other, positionOf(other))).toEqual([]);
  });

  it('is unknown if it is more than a thousand changes', async () => {
    await add(...Array.from({ length: 1_001 }, (_, n) => n + 2));
    await replica.feed.caughtUp();
    expect(await numbersBetween(replica, position)).toBeUndefined();
    expect(await numbersBetween(replica, position, { parity: 'odd' })).toHaveLength(500);
  });

  it.each([
    ['is too old', (text: string) => text.replace(/\.(\d+)\./, (_, seconds) => `.${Number(seconds) - 301}.`)],
    ['is of another generation', (text: string) => text.replace(/^.{8}/, '00000000')],
    ['is no snapshot', (text: string) => text.replace(/\d+:\d+:.*$/, '9:1:')],
    ['is nothing of ours', () => "'; DROP TABLE numbers"],
  ])('is unknown if the position %s', async (_, change) => {
    expect(await numbersBetween(replica, position)).toEqual([]);
    expect(await numbersBetween(replica, change(position))).toBeUndefined();
  });

  it('is unknown after a crash of Postgres, which empties the tables', async () => {
    await test.database.query('TRUNCATE number_changes, number_changes_listening');
    await eventually(() => replica.gaps > 1);
    await replica.feed.caughtUp();
    expect(await numbersBetween(replica, position)).toBeUndefined();
    await add(2);
    await replica.feed.caughtUp();
    expect(replica.received).toEqual([1, 2]);
  });

  it('is deleted after ten minutes', async () => {
    class ChangesPurge extends Purge {}
    await add(2);
    await test.database.query(`UPDATE number_changes SET at = now() - interval '11 minutes' WHERE data ->> 'n' = '1'`);
    await new ChangesPurge(test.database, expiredChanges('number_changes')).execute();
    expect(await recorded()).toBe(1);
  });
});
