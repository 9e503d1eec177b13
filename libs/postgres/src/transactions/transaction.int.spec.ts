import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../database/database.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { TransactionAborted } from './database-errors.js';
import { prepared } from './prepared.js';
import type { Transaction } from './transaction.js';

const INSERT = prepared('INSERT INTO things VALUES ($1) RETURNING name');
const FAILING = prepared('SELECT 1 / $1::int');

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  await database.query('CREATE TABLE things (name text PRIMARY KEY)');
});
beforeEach(() => database.query('TRUNCATE things'));
afterAll(() => test.drop());

const names = async (from: Pick<Transaction, 'query'> = database) =>
  (await from.query<{ name: string }>('SELECT name FROM things ORDER BY name')).map(({ name }) => name);

describe('a pipelined statement', () => {
  it('takes effect in its place, and its rows are there for the commit actions', async () => {
    const seen: unknown[] = [];
    await database.transaction(async (tx) => {
      tx.pipeline(INSERT, ['a'], (rows) => tx.onCommit(() => seen.push(rows)));
      expect(await names(tx)).toEqual(['a']);
      tx.pipeline(INSERT, ['b'], (rows) => tx.onCommit(() => seen.push(rows)));
      tx.onCommit(() => seen.push('committed'));
    });
    expect(seen).toEqual([[{ name: 'a' }], 'committed', [{ name: 'b' }]]);
    expect(await names()).toEqual(['a', 'b']);
  });

  it('that fails rolls the transaction back, which rejects with its error', async () => {
    let committed = false;
    const failed = database.transaction(async (tx) => {
      tx.onCommit(() => (committed = true));
      tx.pipeline(INSERT, ['a']);
      tx.pipeline(FAILING, [0]);
      tx.pipeline(INSERT, ['b']);
    });
    await expect(failed).rejects.toMatchObject({ code: '22012' });
    expect(committed).toBe(false);
    expect(await names()).toEqual([]);
  });

  it('that fails is the error of the transaction, even if a later statement rejects because of it', async () => {
    const failed = database.transaction(async (tx) => {
      tx.pipeline(FAILING, [0]);
      await tx.query(INSERT, ['a']);
    });
    await expect(failed).rejects.toMatchObject({ code: '22012' });
    await database.transaction((tx) => tx.query(INSERT, ['b'])); // The connection is usable.
    expect(await names()).toEqual(['b']);
  });

  it('that fails after a savepoint is undone with it', async () => {
    await database.transaction(async (tx) => {
      tx.pipeline(INSERT, ['a']);
      const attempt = tx.attempt(async () => tx.pipeline(FAILING, [0]));
      await expect(attempt).rejects.toMatchObject({ code: '22012' });
      const awaited = tx.attempt(async () => {
        tx.pipeline(FAILING, [0]);
        await tx.query(INSERT, ['b']);
      });
      await expect(awaited).rejects.toMatchObject({ code: '22012' });
      tx.pipeline(INSERT, ['c']);
    });
    expect(await names()).toEqual(['a', 'c']);
  });

  it('does not hide that an awaited statement failed and its error was caught', async () => {
    const swallowed = database.transaction(async (tx) => {
      tx.pipeline(INSERT, ['a']);
      await tx.query(FAILING, [0]).catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(TransactionAborted);
  });
});

it('A transaction that has ended takes no further statement', async () => {
  let late: Promise<unknown> = Promise.resolve();
  await database.transaction(async (tx) => {
    tx.onCommit(() => (late = tx.query(INSERT, ['a'])));
  });
  await expect(late).rejects.toThrow('has ended');
});
