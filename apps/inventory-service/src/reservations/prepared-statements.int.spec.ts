import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MESSAGING_MIGRATIONS } from '@orderflow/messaging';
import { createTestDatabase, scannedTables, type TestDatabase } from '@orderflow/postgres/testing';
import './reservations.repository.js';

let test: TestDatabase;

beforeAll(async () => {
  const migrations = { owner: 'inventory_service', folder: new URL('../../migrations', import.meta.url) };
  test = await createTestDatabase([...MESSAGING_MIGRATIONS, migrations]);
});
afterAll(() => test.drop());

it('No prepared statement scans a table, not even while the tables are empty', async () => {
  expect(await scannedTables(test.database)).toEqual([]);
});
