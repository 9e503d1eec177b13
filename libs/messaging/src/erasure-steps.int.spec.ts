import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErasureStep } from '@orderflow/postgres';
import { columnsThatMention, createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { messagingErasureSteps } from './erasure-steps.js';
import { MESSAGING_MIGRATIONS } from './migrations.js';

const STEPS = messagingErasureSteps({ customerId: 'customerId', removed: ['reason'], emptied: [] });
const ERASED = { customerId: 'CUST-1', pseudonym: 'erased-1', requestedAt: new Date('2026-01-01T12:00:00Z') };
const EARLIER = '2026-01-01T11:59:59Z';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
});
beforeEach(() => test.database.query('TRUNCATE outbox, parked_messages, parked_attempts, dead_letter_audit'));
afterAll(() => test.drop());

const valueOf = (customerId: string, reason?: string) =>
  Buffer.from(JSON.stringify({ orderId: 'o-1', customerId, reason }));
const inRegistryFormat = (value: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 0, 200]), value]);
const publish = (value: Buffer | null, count = 1) =>
  test.database.query(
    `INSERT INTO outbox (topic, headers, value, relay_after) SELECT 't', '{}', $1, now() FROM generate_series(1, $2::integer)`,
    [value, count],
  );

async function park(value: Buffer, time?: string, kafkaTime = EARLIER): Promise<string> {
  const [row] = await test.database.query<{ id: string }>(
    `INSERT INTO parked_messages (consumer_group, topic, sequence, partition, "offset", timestamp_ms, value, headers, status, error_message)
     VALUES ('g', 't', '', 0, 0, extract(epoch FROM $3::timestamptz) * 1000, $1, $2, 'OPEN', 'the data of CUST-1 is wrong') RETURNING id`,
    [value, JSON.stringify({ ce_time: time }), kafkaTime],
  );
  return row?.id ?? '';
}

async function erase(steps: readonly ErasureStep[] = STEPS): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const step of steps) {
    for (let after: string | null = ''; after !== null;) {
      const { rows: some, next } = await test.database.transaction((tx) => step.run(tx, ERASED, after as string));
      rows[step.table] = (rows[step.table] ?? 0) + some;
      after = next;
    }
  }
  return rows;
}

const values = async (table: string) =>
  (await test.database.query<{ value: Buffer }>(`SELECT value FROM ${table} ORDER BY position`)).map(({ value }) =>
    value?.toString('latin1'),
  );

describe('messagingErasureSteps', () => {
  it('rename the customer in unpublished events, in any number of them, and leave all other bytes', async () => {
    await publish(valueOf('CUST-2', 'mine'), 1_200);
    await publish(inRegistryFormat(valueOf('CUST-1', 'I am Anna')));
    await publish(null);
    expect(await erase()).toMatchObject({ outbox: 1 });
    const after = await values('outbox');
    expect(after.slice(0, 1_200)).toEqual(Array(1_200).fill(valueOf('CUST-2', 'mine').toString()));
    expect(after[1_200]).toBe('\0\0\0\0\u00c8{"orderId":"o-1","customerId":"erased-1"}');
    expect(await erase()).toMatchObject({ outbox: 0 });
  });

  it('rename the customer in what is parked of the time before, in errors, and in what operators did', async () => {
    const id = await park(valueOf('CUST-1', 'I am Anna'), EARLIER);
    await park(Buffer.from('{"customerId":"CUST-1","items":['));
    await test.database.query(
      `INSERT INTO parked_attempts (message_id, made_by, error_message) VALUES ($1, 'retry', 'CUST-1?')`,
      [id],
    );
    await test.database.query(
      `INSERT INTO dead_letter_audit (consumer_group, act, message_id, outcome, reason, details)
       VALUES ('g', 'DISCARD', $1, 'DONE', 'CUST-1 called', '{"customerId": "CUST-1"}')`,
      [id],
    );
    expect(await erase()).toEqual({ outbox: 0, parked_messages: 2, parked_attempts: 1, dead_letter_audit: 1 });
    expect(await columnsThatMention(test.database, 'CUST-1')).toEqual([]);
    expect(await columnsThatMention(test.database, 'Anna')).toEqual([]);
    expect(await values('parked_messages')).toEqual([
      '{"orderId":"o-1","customerId":"erased-1"}',
      '{"customerId":"erased-1","items":[',
    ]);
  });

  it('leave what is parked of the time after, which is of a new customer', async () => {
    await park(valueOf('CUST-1'), '2026-01-01T12:00:00Z');
    await park(valueOf('CUST-1'), 'no time', '2026-01-01T12:00:00Z');
    expect(await erase()).toMatchObject({ parked_messages: 0 });
  });
});
