import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { searchIndex } from './search-index.js';

let test: TestDatabase;

/** Cups 1 to 30, of which 3, 6, 9 … are red and the others have no colour. */
beforeAll(async () => {
  test = await createTestDatabase([]);
  await test.database.query('CREATE TABLE cups (n bigint PRIMARY KEY, colour text)');
  await test.database.query(
    "INSERT INTO cups SELECT n, CASE WHEN n % 3 = 0 THEN 'red' END FROM generate_series(1, 30) n",
  );
});
afterAll(() => test.drop());

async function search(
  colour: string | undefined,
  { below, limit, atMost }: { below?: string; limit: number; atMost: number },
) {
  const page = { table: 'cups', select: 'n', key: 'n', keyType: 'bigint', order: 'DESC', below, limit } as const;
  const { rows, searchedTo } = await searchIndex<{ n: string }>(test.database, page, {
    where: { 'colour =': colour },
    atMost,
  });
  return [rows.map(({ n }) => Number(n)), searchedTo];
}

describe('searchIndex', () => {
  it('finds a page, and says where it ends', async () => {
    expect(await search('red', { limit: 2, atMost: 30 })).toEqual([[30, 27], '27']);
    expect(await search('red', { limit: 2, atMost: 30, below: '27' })).toEqual([[24, 21], '21']);
  });

  it('stops after so many rows, with what it has found until then', async () => {
    expect(await search('red', { limit: 9, atMost: 5 })).toEqual([[30, 27], '26']);
    expect(await search('blue', { limit: 9, atMost: 5, below: '26' })).toEqual([[], '21']);
  });

  it('has seen everything if there are fewer rows', async () => {
    expect(await search('red', { limit: 9, atMost: 5, below: '5' })).toEqual([[3], null]);
    expect(await search('red', { limit: 9, atMost: 5, below: '1' })).toEqual([[], null]);
  });

  it('reads a page alone if there is nothing to search for', async () => {
    expect(await search(undefined, { limit: 2, atMost: 5 })).toEqual([[30, 29], null]);
  });
});
