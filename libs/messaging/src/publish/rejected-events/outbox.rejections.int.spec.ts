import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { type OutgoingMessage } from '../../envelope/message.js';
import { Producer } from '../../kafka/producer.js';
import {
  createTopic,
  eventually,
  readTopic,
  setTopicConfig,
  testKafkaOptions,
  uniqueName,
} from '../../testing/test-kafka.js';
import { Listener } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { OutboxMetrics } from '../watch/outbox.metrics.js';
import { MESSAGING_MIGRATIONS } from '../../migrations.js';
import type { OutboxOptions } from '../outbox.options.js';
import { OutboxRelay } from '../outbox.relay.js';
import { insertMessages, selectPart } from '../table/outbox.table.js';
import { RejectedEventsRepository } from './rejected-events.repository.js';

/** The real producer, or one that fails as the test chooses. */
class ToldProducer extends Producer {
  readonly sends: (readonly OutgoingMessage[])[] = [];
  says: ((message: OutgoingMessage) => Error | undefined) | undefined;

  constructor() {
    super(testKafkaOptions(), new Metrics());
  }

  override async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.sends.push(messages);
    if (!this.says) return super.send(messages);
    for (const message of messages) {
      const rejection = this.says(message);
      if (rejection) throw rejection;
    }
  }
}

const rejection = (type: string) => Object.assign(new Error(`${type} for anna@example.com`), { type });
const HOUR_MS = 3_600_000;
const OPTIONS: OutboxOptions = { source: '/test', topicRetentionMs: HOUR_MS, maxWaiting: 1_000, pollingIntervalMs: 50 };
const SLOWLY = { firstMs: HOUR_MS, maxMs: HOUR_MS };
const SOON = { firstMs: 100, maxMs: 200 };

let test: TestDatabase;
let rejected: RejectedEventsRepository;
let closing: (() => Promise<void>)[];
let topic: string;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  rejected = new RejectedEventsRepository(test.database);
});
beforeEach(() => {
  topic = uniqueName('rejections');
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  await test.database.query('TRUNCATE outbox, outbox_relay_lease');
});
afterAll(() => test.drop());

function startRelay(options: Partial<OutboxOptions>, producer = new ToldProducer()): ToldProducer {
  const listener = new Listener({ url: test.url, applicationName: 'outbox-listener' });
  const metrics = new OutboxMetrics(new Metrics());
  const relay = new OutboxRelay(producer, test.database, { ...OPTIONS, ...options }, listener, metrics);
  relay.onApplicationBootstrap();
  listener.onApplicationBootstrap();
  closing.push(async () => {
    await listener.onApplicationShutdown();
    await relay.onApplicationShutdown();
    await producer.onApplicationShutdown();
  });
  return producer;
}

const write = (...messages: readonly (readonly [key: string, value: string])[]) =>
  test.database.transaction(async (tx) =>
    insertMessages(
      tx,
      messages.map(([key, value]) => ({ topic, key, value, headers: {} })),
      { writerPublishes: false },
    ),
  );

const LARGE = 'x'.repeat(2_000);
const marked = () => rejected.list({ after: null, limit: 10 });
const isMarked = () => eventually(async () => (await marked()).length === 1, 'it is marked');
const valuesOf = (messages: readonly Pick<OutgoingMessage, 'value'>[]) => messages.map(({ value }) => String(value));
const isEmpty = () =>
  eventually(async () => (await test.database.query('SELECT FROM outbox')).length === 0, 'the outbox is empty');

describe('an event that exceeds the limit of its topic', () => {
  beforeEach(async () => {
    await createTopic(topic, 1);
    await setTopicConfig(topic, { 'max.message.bytes': '1000' });
  });

  it('is published without an operator once the limit is raised, and the events behind it follow', async () => {
    startRelay({ rejectedRetry: SOON });
    await write(['a', LARGE], ['a', 'behind'], ['b', 'other']);
    await isMarked();
    expect(valuesOf(await readTopic(topic, 1))).toContain('other');
    await setTopicConfig(topic, { 'max.message.bytes': '100000' });
    await isEmpty();
    expect(valuesOf(await readTopic(topic, 3)).filter((value) => value !== 'other')).toEqual([LARGE, 'behind']);
  });

  it('is published at once when an operator retries it', async () => {
    startRelay({ rejectedRetry: SLOWLY, pollingIntervalMs: HOUR_MS });
    await write(['a', LARGE]);
    await isMarked();
    await setTopicConfig(topic, { 'max.message.bytes': '100000' });
    const [{ position = '' } = {}] = await marked();
    expect(await test.database.transaction((tx) => rejected.retry(tx, position))).toMatchObject({
      position,
      rejections: 1,
    });
    await isEmpty();
    expect(valuesOf(await readTopic(topic, 1))).toEqual([LARGE]);
  });
});

describe('a rejected event', () => {
  it('is retried with growing delays, and its rejection contains no personal data', async () => {
    const producer = startRelay({ rejectedRetry: { firstMs: 60_000, maxMs: 240_000 } });
    producer.says = () => rejection('MESSAGE_TOO_LARGE');
    await write(['a', 'a1']);
    for (const [n, longest] of [60_000, 120_000, 240_000, 240_000].entries()) {
      await eventually(async () => (await marked())[0]?.rejections === n + 1, 'it is tried');
      const [row] = await test.database.query<{ ms: number }>(
        'UPDATE outbox o SET relay_after = now() FROM outbox w WHERE w.position = o.position ' +
          'RETURNING extract(epoch FROM w.relay_after - now())::float8 * 1000 AS ms',
      );
      expect(row?.ms).toBeLessThanOrEqual(longest);
      expect(row?.ms).toBeGreaterThan(longest / 2 - 20_000); // jitter, and what this test may have taken
    }
    expect((await marked())[0]?.rejection).not.toContain('anna@example.com');
  });

  it('is never sent together with other events, neither between two attempts nor when it is due', async () => {
    const producer = startRelay({ rejectedRetry: SLOWLY });
    producer.says = ({ value }) => (String(value) === 'bad' ? rejection('INVALID_RECORD') : undefined);
    await write(['a', 'bad'], ['a', 'behind']);
    await isMarked();
    const tries = producer.sends.length;
    await write(['b', 'b1'], ['c', 'c1']);
    await eventually(() => producer.sends.length > tries, 'others are published');
    await test.database.transaction(async (tx) => {
      await tx.query('UPDATE outbox SET relay_after = now() WHERE rejection IS NOT NULL');
      insertMessages(tx, [{ topic, key: 'd', value: 'd1', headers: {} }], { writerPublishes: false });
    });
    await eventually(async () => (await marked())[0]?.rejections === 2, 'it is tried again');
    expect(producer.sends.slice(tries).map(valuesOf)).toEqual([['b1', 'c1'], ['d1'], ['bad']]);
  });

  it('does not make the relay look again for the events behind it', async () => {
    const producer = startRelay({ rejectedRetry: SLOWLY });
    producer.says = () => rejection('MESSAGE_TOO_LARGE');
    await write(['a', 'bad'], ['a', 'behind']);
    await isMarked();
    const part = await selectPart(test.database, { after: '0', size: 10, bytes: 1_000_000 });
    expect(part).toMatchObject({ stale: [], rejectedDue: [], isBehindWriter: false });
  });
});

describe('a rejection that affects only one replica', () => {
  it.each(['INVALID_TIMESTAMP', 'CORRUPT_MESSAGE'])(
    'as %s marks nothing, and another replica publishes',
    async (type) => {
      const ill = startRelay({});
      ill.says = () => rejection(type);
      await write(['a', 'a1']);
      await eventually(() => ill.sends.length > 0, 'it is tried');
      const healthy = new ToldProducer();
      healthy.says = () => undefined;
      startRelay({}, healthy);
      await isEmpty();
      expect(valuesOf(healthy.sends.flat())).toEqual(['a1']);
      const tries = ill.sends.length;
      for (const value of ['a2', 'a3', 'a4']) {
        await write(['a', value]);
        await isEmpty();
      }
      expect(ill.sends.length).toBe(tries);
    },
  );
});
