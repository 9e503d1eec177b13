import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { Producer } from '@orderflow/kafka';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '@orderflow/kafka/testing';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { OUTBOX_MIGRATIONS } from './outbox.module.js';
import { insertMessages, selectPart } from './outbox.table.js';

const HOURS = 3_600_000;

let test: TestDatabase;
let producer: Producer;

beforeAll(async () => {
  test = await createTestDatabase([OUTBOX_MIGRATIONS]);
  producer = new Producer(testKafkaOptions(), new Metrics());
});
afterEach(async () => {
  jest.restoreAllMocks();
  await test.database.query('TRUNCATE outbox');
});
afterAll(async () => {
  await producer.onApplicationShutdown();
  await test.drop();
});

const message = (topic: string) => ({ topic, key: 'a', headers: {}, value: '{}' });

const write = (topic: string, writerPublishes: boolean) =>
  test.database.transaction((tx) => insertMessages(tx, [message(topic)], { writerPublishes }));

const left = async () => (await selectPart(test.database, { after: '0', size: 10, bytes: 1_000_000 })).leftBehind;

describe('a message of a replica whose clock is off', () => {
  describe.each([2, -2])('by %i hours', (hours) => {
    it.each([
      ['from memory', (topic: string) => write(topic, true)],
      ['by the relay', (topic: string) => write(topic, false).then(left)],
    ])('is published %s, as old as the clock of the database says', async (_, rowsOf) => {
      const topic = uniqueName('clock');
      await createTopic(topic);
      const now = Date.now;
      jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * HOURS);
      await producer.send(await rowsOf(topic));
      jest.restoreAllMocks();
      const [published] = await readTopic(topic, 1);
      expect(Math.abs(Number(published?.timestamp) - Date.now())).toBeLessThan(HOURS / 2);
    });
  });

  it('is as old as its publishing, not as its row, so that no topic deletes it at once', async () => {
    await write('t', false);
    await test.database.query("UPDATE outbox SET added_at = now() - interval '9 days'");
    await eventually(async () => (await left()).length === 1, 'it is left behind');
    const [row] = await left();
    expect(Math.abs(Number(row?.timestampMs) - Date.now())).toBeLessThan(HOURS / 2);
  });
});
