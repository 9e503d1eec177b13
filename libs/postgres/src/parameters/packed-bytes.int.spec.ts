import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { packBytes } from './packed-bytes.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase([]);
});
afterAll(() => test.drop());

it('unpacks what was packed: null, empty, text and a mebibyte', async () => {
  const values = [null, Buffer.alloc(0), 'grüß', randomBytes(1024 * 1024), null, Buffer.from([0, 255])];
  const { bytes, starts, lengths } = packBytes(values);
  const rows = await test.database.query<{ value: Buffer | null }>(
    `SELECT substr($1::bytea, start, length) AS value
     FROM unnest($2::int[], $3::int[]) WITH ORDINALITY AS part(start, length, n) ORDER BY n`,
    [bytes, starts, lengths],
  );
  expect(rows.map(({ value }) => value)).toEqual(
    values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value)),
  );
});
