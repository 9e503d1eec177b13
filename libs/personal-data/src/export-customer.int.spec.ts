import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { indexedPart, searchingPart } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { type ExportEntry, EXPORT_CURSOR, ExportCustomer, UnknownCursor } from './export-customer.js';

const data = "jsonb_build_object('id', id)";
const PARTS = [
  indexedPart({ kind: 'indexed', table: 'indexed', key: 'id', keyType: 'bigint', data }),
  indexedPart({ kind: 'empty', table: 'empty', key: 'id', keyType: 'bigint', data }),
  searchingPart({ kind: 'searched', table: 'searched', key: 'id', keyType: 'bigint', data }),
];

let test: TestDatabase;
let exporting: ExportCustomer;

beforeAll(async () => {
  test = await createTestDatabase([]);
  for (const table of ['indexed', 'empty', 'searched'])
    await test.database.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, customer_id text)`);
  exporting = new ExportCustomer(test.database, PARTS);
});
beforeEach(() => test.database.query('TRUNCATE indexed, empty, searched'));
afterAll(() => test.drop());

/** Every row whose id the divisor divides is of the customer. */
const fill = (table: string, rows: number, divisor: number) =>
  test.database.query(
    `INSERT INTO ${table} SELECT n, CASE WHEN n % $2::int = 0 THEN 'CUST-1' ELSE 'other' END FROM generate_series(1, $1::int) n`,
    [rows, divisor],
  );

/** All pages. */
async function exportAll(limit: number, customerId = 'CUST-1') {
  const pages: (readonly ExportEntry[])[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { entries, nextCursor }: { entries: readonly ExportEntry[]; nextCursor: string | null } =
      await exporting.execute(customerId, { ...(cursor !== undefined && { cursor }), limit });
    if (nextCursor !== null) expect(nextCursor).toMatch(EXPORT_CURSOR);
    expect(entries.length).toBeLessThanOrEqual(limit);
    pages.push(entries);
    cursor = nextCursor;
  }
  return pages;
}

it.each([1, 2, 3, 7, 200])('An export has every row of the customer once, with %d entries on a page', async (limit) => {
  await fill('indexed', 12, 2);
  await fill('searched', 9, 3);
  const all = (await exportAll(limit)).flat().map(({ kind, data }) => `${kind} ${JSON.stringify(data)}`);
  expect(all).toEqual([
    ...[2, 4, 6, 8, 10, 12].map((id) => `indexed {"id": ${id}}`.replace(': ', ':')),
    ...[3, 6, 9].map((id) => `searched {"id":${id}}`),
  ]);
});

it('One request searches a bounded number of rows, so that pages may be empty', async () => {
  await fill('searched', 12_000, 11_000);
  const pages = await exportAll(50);
  expect(pages.map(({ length }) => length)).toEqual([0, 0, 1]);
});

it('A customer without data has an export without entries', async () => {
  await fill('indexed', 10, 20);
  expect(await exportAll(50)).toEqual([[]]);
});

it.each(['0.zzz', '2.zzz', '0.99999999999999999999999', '3', '99.1'])(
  'A cursor that no page has given, as %s, is refused',
  async (cursor) => {
    expect(cursor).toMatch(EXPORT_CURSOR);
    await expect(exporting.execute('CUST-1', { cursor, limit: 2 })).rejects.toThrow(UnknownCursor);
  },
);
