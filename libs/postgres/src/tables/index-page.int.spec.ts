import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillTable } from '../testing/fill-table.js';
import { measureReads } from '../testing/measure-reads.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { type IndexPage, pageOfIndex } from './index-page.js';

const COLOURS = ['blue', 'red'];
const SIZES = ['large', 'small'];

let test: TestDatabase;

/** 100,000 cups: of the even numbers one in a thousand is red, the first; all small ones come after the large ones. */
beforeAll(async () => {
  test = await createTestDatabase([]);
  await test.database.query(
    'CREATE TABLE cups (n bigint PRIMARY KEY, colour text, size text, chipped boolean) WITH (autovacuum_enabled = false)',
  );
  await fillTable(
    test.database,
    `INSERT INTO cups SELECT n, CASE WHEN n <= 100 AND n % 2 = 0 THEN 'red' ELSE 'blue' END,
       CASE WHEN n <= 50000 THEN 'large' ELSE 'small' END, CASE WHEN n <= 20 THEN true END
     FROM generate_series($1::int, $2::int) n`,
    100_000,
  );
  await test.database.query('CREATE INDEX ON cups (colour, size, n)');
  await test.database.query('CREATE INDEX ON cups (n) WHERE chipped');
});
afterAll(() => test.drop());

const cups = (page: Partial<IndexPage>): IndexPage => ({
  table: 'cups',
  select: 'n',
  key: 'n',
  keyType: 'bigint',
  order: 'DESC',
  limit: 3,
  ...page,
});
async function numbers(page: Partial<IndexPage>): Promise<number[]> {
  const { sql, parameters } = pageOfIndex(cups(page));
  return (await test.database.query<{ n: string }>(sql, parameters)).map(({ n }) => Number(n));
}

describe('pageOfIndex', () => {
  it.each<[string, Partial<IndexPage>, number[]]>([
    ['the table from its end', {}, [100_000, 99_999, 99_998]],
    ['or from its beginning', { order: 'ASC' }, [1, 2, 3]],
    ['below a key', { below: '5' }, [4, 3, 2]],
    ['above a key', { order: 'ASC', above: '99998' }, [99_999, 100_000]],
    ['between two keys', { above: '7', below: '10' }, [9, 8]],
    ['a range', { leading: { colour: ['red'], size: ['large'] } }, [100, 98, 96]],
    ['a range below a key', { leading: { colour: ['red'], size: ['large'] }, below: '98' }, [96, 94, 92]],
    ['a range above a key', { leading: { colour: ['red'], size: ['large'] }, above: '96', order: 'ASC' }, [98, 100]],
    ['an empty range', { leading: { colour: ['red'], size: ['small'] } }, []],
    ['several ranges', { leading: { colour: COLOURS, size: SIZES }, below: '100' }, [99, 98, 97]],
    [
      'a range of rows with a condition',
      { leading: { colour: ['blue'], size: SIZES }, where: { 'n <>': 99_999 } },
      [100_000, 99_998, 99_997],
    ],
    ['a partial index', { partial: 'chipped' }, [20, 19, 18]],
    ['nothing of no values', { leading: { colour: [] } }, []],
  ])('reads %s', async (_, page, expected) => {
    expect(await numbers(page)).toEqual(expected);
  });

  it('reads a page of each range at most, without statistics and with them, whatever they say', async () => {
    const pages = [...COLOURS, 'none'].flatMap((colour) => [
      cups({ leading: { colour: [colour], size: SIZES } }),
      cups({ leading: { colour: [colour], size: SIZES }, order: 'ASC', above: '30000' }),
    ]);
    const readsOf = (page: IndexPage) => {
      const { sql, parameters } = pageOfIndex(page);
      return measureReads(test.database, (database) => database.query(sql, parameters));
    };
    const statistics = [
      'SELECT',
      'ANALYZE cups',
      "UPDATE pg_statistic SET stanumbers1 = '{0.5,0.4}' WHERE starelid = 'cups'::regclass AND staattnum = 2 AND stakind1 = 1",
    ];
    for (const statement of statistics) {
      await test.database.query(statement);
      const reads = (await Promise.all(pages.map(readsOf))).flat();
      expect(reads.filter(({ rows, buffers }) => rows > 2 * 3 || buffers > 2 * 8)).toEqual([]);
    }
  });
});
