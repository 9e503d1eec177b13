import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../database/database.js';
import { eventually } from '../testing/eventually.js';
import { holdLocks } from '../testing/hold-locks.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { lockRows, rowsToLock } from './lock-rows.js';
import type { Transaction } from './transaction.js';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  await database.query('CREATE TABLE things (name text PRIMARY KEY)');
});
beforeEach(() => database.query('TRUNCATE things'));
afterAll(() => test.drop());

const THINGS = rowsToLock('SELECT name FROM things WHERE name = ANY($1) ORDER BY name', 'FOR UPDATE');
const lockedOut = (ids: readonly string[]) => new Error(ids.join());
const lockThings = (tx: Transaction, ...ids: string[]) => lockRows<{ name: string }>(tx, THINGS, { ids, lockedOut });

const isAnyWaiting = async () => {
  const sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  return (await database.query(sql)).length > 0;
};

describe('lockRows', () => {
  it('finds out which rows others hold if its lock timeout is short', async () => {
    const other = await test.connect();
    await database.query("INSERT INTO things VALUES ('a'), ('b'), ('c')");
    const lock = (tx: Transaction) => lockThings(tx, 'a', 'b', 'c', 'd');
    const short = { lockTimeoutMs: 50 };
    await database.transaction(async (tx) => {
      await tx.query("SELECT FROM things WHERE name = 'b' FOR UPDATE");
      await expect(other.transaction(lock, short)).rejects.toThrow(/^b$/);
      await other.transaction(async (rival) => {
        await expect(lock(rival)).rejects.toThrow(/^b$/); // the transaction is still usable
        await rival.query("INSERT INTO things VALUES ('d')");
      }, short);
      await other
        .transaction(async (rival) => {
          await rival.query("SET LOCAL lock_timeout = '50ms'");
          await expect(lock(rival)).rejects.toMatchObject({ code: '55P03' }); // with the usual lock timeout, like any statement
          throw new Error('enough');
        })
        .catch(() => undefined);
    });
    const rows = await other.transaction(lock, short);
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not count a row as held that becomes free during the search, even if there is no time to wait for it', async () => {
    const [first, second, other] = [await test.connect(), await test.connect(), await test.connect()];
    await database.query("INSERT INTO things VALUES ('a'), ('b'), ('c'), ('d'), ('e'), ('z')");
    const release = await holdLocks(second, "SELECT FROM things WHERE name = 'z' FOR UPDATE");
    const end = await holdLocks(first, "SELECT FROM things WHERE name < 'z' FOR UPDATE");
    const search = other.transaction((tx) => lockThings(tx, 'a', 'b', 'c', 'd', 'e', 'z'), { lockTimeoutMs: 500 });
    const found = expect(search).rejects.toThrow(/^a,b,c,d,e$/);
    await eventually(isAnyWaiting);
    await release();
    await found;
    await end();
  });

  it('does not count rows as held that others release while it waits, and holds none of them meanwhile', async () => {
    const [rival, other, outside] = [await test.connect(), await test.connect(), await test.connect()];
    await database.query("INSERT INTO things VALUES ('a'), ('b'), ('c')");
    const end = await holdLocks(outside, "SELECT FROM things WHERE name = 'c' FOR UPDATE");
    // Both want the row that is held, and the rows that the other one locks first.
    const wanting = [rival, other].map((each) =>
      each.transaction((tx) => lockThings(tx, 'a', 'b', 'c'), { lockTimeoutMs: 2_000 }),
    );
    for (const { reason } of (await Promise.allSettled(wanting)) as PromiseRejectedResult[])
      expect(reason).toEqual(new Error('c'));
    await end();
  });
});
