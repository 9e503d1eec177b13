import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Purge } from './purge.js';

class NumbersPurge extends Purge {}

let test: TestDatabase;
let purge: Purge;

beforeAll(async () => {
  test = await createTestDatabase([]);
  await test.database.query('CREATE TABLE numbers (n integer PRIMARY KEY)');
  await test.database.query('CREATE TABLE letters (letter text PRIMARY KEY)');
});
beforeEach(async () => {
  await test.database.query('TRUNCATE numbers, letters');
  await test.database.query("INSERT INTO letters VALUES ('a'), ('b')");
  await test.database.query('INSERT INTO numbers SELECT * FROM generate_series(1, 12001)');
  purge = new NumbersPurge(
    test.database,
    { table: 'numbers', where: 'n <= $1', orderBy: 'n', parameters: [12_000] },
    { table: 'letters', where: "letter = 'a'", orderBy: 'letter' },
  );
});
afterAll(() => test.drop());

const numbers = async () =>
  (await test.database.query<{ n: number }>('SELECT n FROM numbers ORDER BY n')).map(({ n }) => n);

describe('Purge', () => {
  it('deletes every expired row, in as many steps as it takes, and no other', async () => {
    await purge.execute();
    expect(await numbers()).toEqual([12_001]);
    expect(await test.database.query('SELECT letter FROM letters')).toEqual([{ letter: 'b' }]);
  });

  it('skips locked rows', async () => {
    await test.database.transaction(async (tx) => {
      await tx.query('SELECT FROM numbers WHERE n = 7 FOR UPDATE');
      await purge.execute(); // waiting would block until the lock timeout
    });
    expect(await numbers()).toEqual([7, 12_001]);
  });

  it('stops after the current step when the application shuts down', async () => {
    await purge.onApplicationShutdown();
    await purge.execute();
    expect(await numbers()).toHaveLength(12_001);
  });
});
