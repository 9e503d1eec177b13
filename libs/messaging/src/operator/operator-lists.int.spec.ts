import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parameterNamesOf } from '@orderflow/http';
import type { Database } from '@orderflow/postgres';
import { pagesOf, createTestDatabase, fillTable, readsBeyond, type TestDatabase } from '@orderflow/postgres/testing';
import { MESSAGING_MIGRATIONS } from '../migrations.js';
import { PARKED_STATUSES } from '../parking/messages/parked-messages.repository.js';
import { RejectedEventsRepository } from '../publish/rejected-events/rejected-events.repository.js';
import { AuditRepository } from './audit/audit.repository.js';
import { DeadLettersRepository } from './dead-letters/dead-letters.repository.js';
import { ListDeadLettersQuery } from './dead-letters/dead-letters.requests.js';

const GROUP = 'shop';
const ROWS = 100_000;
const LIMIT = 50;
/** Rows that a page of dead letters may read: those of each status that are searched at most, and the page itself. */
const MAX_ROWS = PARKED_STATUSES.length * 1_000 + 2 * LIMIT;
const SEARCH = { rows: MAX_ROWS, buffers: 2 * MAX_ROWS };
const FILTERS = {
  topic: ['orders'],
  key: ['key-7'],
  eventType: ['MADE'],
  errorCode: ['FAULT'],
  status: PARKED_STATUSES,
};

let test: TestDatabase;

/** The newest fifth is of another group, and the newest of this group are REPLAYED. */
beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  for (const table of ['parked_messages', 'dead_letter_audit', 'outbox'])
    await test.database.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  await fillTable(
    test.database,
    `INSERT INTO parked_messages (consumer_group, topic, sequence, partition, "offset", timestamp_ms, key, headers, event_type, status, error_code)
     SELECT CASE WHEN n > ${0.8 * ROWS} THEN 'other' ELSE '${GROUP}' END, 'orders', 'k', 0, n, 0, ('key-' || n % 1000)::bytea, '{}',
            CASE WHEN n = 1 THEN 'MADE' ELSE 'SOLD' END, CASE WHEN n > ${ROWS / 2} THEN 'REPLAYED' WHEN n % 2 = 0 THEN 'OPEN' ELSE 'BLOCKED' END,
            CASE WHEN n % 2 = 0 THEN 'FAULT' END
     FROM generate_series($1::int, $2::int) n`,
    ROWS,
  );
  await fillTable(
    test.database,
    `INSERT INTO dead_letter_audit (consumer_group, act, outcome)
     SELECT CASE WHEN n > ${0.8 * ROWS} THEN 'other' ELSE '${GROUP}' END, 'REPLAY_ALL', 'DONE' FROM generate_series($1::int, $2::int) n`,
    ROWS,
  );
  await fillTable(
    test.database,
    `INSERT INTO outbox (topic, headers, relay_after, rejection)
     SELECT 'orders', '{}', now(), CASE WHEN n > ${ROWS} - 10 THEN 'it is too large' END FROM generate_series($1::int, $2::int) n`,
    ROWS,
  );
});
afterAll(() => test.drop());

describe.each(['without statistics', 'with statistics'])('an operator’s list of many rows %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'with statistics') await test.database.query('ANALYZE');
  });

  it('reads a bounded number of dead letters for every combination of the filters that a request may have', async () => {
    const paging = new Set(['limit', 'cursor']);
    const names = [...parameterNamesOf(ListDeadLettersQuery)].filter((name) => !paging.has(name));
    expect(Object.keys(FILTERS).sort()).toEqual(names.sort());
    const pages = pagesOf(FILTERS, '60000', (database, filter, before) =>
      new DeadLettersRepository(GROUP, database).list(filter, { before, limit: LIMIT + 1 }),
    );
    expect(await readsBeyond(SEARCH, test.database, pages)).toEqual([]);
  });

  it('reads a page of the audit and of the rejected events', async () => {
    const page = { before: null, after: null, limit: LIMIT + 1 };
    const works = {
      audit: (database: Database) => new AuditRepository(GROUP).list(database, page),
      rejected: (database: Database) => new RejectedEventsRepository(database).list(page),
    };
    expect(await readsBeyond({ rows: 2 * page.limit, buffers: 4 * page.limit }, test.database, works)).toEqual([]);
  });
});

describe('the list of dead letters', () => {
  it('finds all that match, page by page, although pages end early', async () => {
    const deadLetters = new DeadLettersRepository(GROUP, test.database);
    let found = 0;
    let pages = 0;
    for (let before: string | null = String(ROWS); before !== null; pages += 1) {
      const page = await deadLetters.list({ eventType: 'MADE' }, { before, limit: LIMIT });
      found += page.rows.length;
      before = page.searchedTo;
    }
    expect([found, pages]).toEqual([1, 81]);
  });
});
