import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { headerOf, type OutgoingMessage } from '../../envelope/message.js';
import { Producer } from '../../kafka/producer.js';
import { MESSAGING_MIGRATIONS } from '../../migrations.js';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '../../testing/test-kafka.js';
import type { Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { EventContracts } from '../event-contracts.js';
import { Outbox } from '../outbox.js';
import type { OutboxPublisher } from '../outbox.publisher.js';
import type { OutboxRelay } from '../outbox.relay.js';
import type { OutboxWatch } from '../watch/outbox.watch.js';
import { insertMessages, selectPart } from './outbox.table.js';

const HOURS = 3_600_000;
const ALL_BUT_DATE = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];

let test: TestDatabase;
let producer: Producer;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  producer = new Producer(testKafkaOptions(), new Metrics());
});
afterEach(async () => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  await test.database.query('TRUNCATE outbox');
});
afterAll(async () => {
  await producer.onApplicationShutdown();
  await test.drop();
});

const message = (topic: string) => ({ topic, key: 'a', headers: {}, value: '{}' });

async function write(topic: string, writerPublishes: boolean): Promise<readonly OutgoingMessage[]> {
  let written: readonly OutgoingMessage[] = [];
  await test.database.transaction(async (tx) =>
    insertMessages(tx, [message(topic)], { writerPublishes }, (rows) => (written = rows)),
  );
  return written;
}

const left = async () => (await selectPart(test.database, { after: '0', size: 10, bytes: 1_000_000 })).stale;

/** Adds a message to an outbox; returns it as published from memory and as the relay would publish it. */
async function told(
  write: (outbox: Outbox, tx: Transaction) => Promise<void> | void,
): Promise<(OutgoingMessage | undefined)[]> {
  const fromMemory: OutgoingMessage[] = [];
  const publisher = { isPaused: false, publish: (rows: OutgoingMessage[]) => fromMemory.push(...rows) };
  const [relay, watch, contracts] = [{}, { assertRoom: () => {} }, { assertValid: () => {} }];
  const outbox = new Outbox(
    { source: '/test', topicRetentionMs: HOURS, maxWaiting: 10 },
    publisher as unknown as OutboxPublisher,
    relay as OutboxRelay,
    watch as OutboxWatch,
    contracts as unknown as EventContracts,
  );
  await test.database.transaction(async (tx) => write(outbox, tx));
  await test.database.query('UPDATE outbox SET relay_after = now()');
  return [...fromMemory, ...(await left())];
}

describe('a message of a replica whose clock is wrong', () => {
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

    it('has the same ce_time from memory and by the relay: the time of the database', async () => {
      jest.useFakeTimers({ now: Date.now() + hours * HOURS, doNotFake: ALL_BUT_DATE });
      const event = { topic: 't', key: 'a', type: 'TOLD', data: {} };
      const messages = await told((outbox, tx) => outbox.add(tx, [event]));
      jest.useRealTimers();
      const [time, relayed] = messages.map((message) => message && headerOf(message, 'ce_time'));
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(time ?? '') - Date.now())).toBeLessThan(HOURS / 2);
      expect(relayed).toBe(time);
    });
  });

  it('keeps its own time if it is a message of another service', async () => {
    const copy = { ...message('t'), headers: { ce_time: 'yesterday' } };
    const messages = await told((outbox, tx) => outbox.addMessages(tx, [copy]));
    expect(messages.map((message) => message && headerOf(message, 'ce_time'))).toEqual(['yesterday', 'yesterday']);
  });

  it('has the time of its publishing, not of its row, so that no topic deletes it at once', async () => {
    await write('t', false);
    await test.database.query("UPDATE outbox SET added_at = now() - interval '9 days'");
    await eventually(async () => (await left()).length === 1, 'it is left behind');
    const [row] = await left();
    expect(Math.abs(Number(row?.timestampMs) - Date.now())).toBeLessThan(HOURS / 2);
  });
});
