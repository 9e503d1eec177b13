import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { type OutgoingMessage } from '../../envelope/message.js';
import { Producer } from '../../kafka/producer.js';
import { eventually, testKafkaOptions } from '../../testing/test-kafka.js';
import { Listener, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import type { EventContracts } from '../event-contracts.js';
import { Outbox, type OutgoingEvent } from '../outbox.js';
import { OutboxMetrics } from '../watch/outbox.metrics.js';
import { MESSAGING_MIGRATIONS } from '../../migrations.js';
import type { OutboxOptions } from '../outbox.options.js';
import { OutboxPublisher } from '../outbox.publisher.js';
import { OutboxRelay } from '../outbox.relay.js';
import { insertMessages } from './outbox.table.js';
import { OutboxWatch } from '../watch/outbox.watch.js';

/** A broker that accepts every message. */
class CountingProducer extends Producer {
  sent = 0;

  constructor(metrics: Metrics) {
    super(testKafkaOptions(), metrics);
  }

  override async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.sent += messages.length;
  }
}

const OPTIONS: OutboxOptions = { source: '/test', topicRetentionMs: 3_600_000, maxWaiting: 1_000_000 };

/** The number of events of a manual run, which prints its figures and relies on autovacuum. */
const BY_HAND = process.env['OUTBOX_EVENTS'];
const EVENTS = Number(BY_HAND ?? 30_000);
const ROUNDS = 20;
const WRITERS = 4;
/** What a service writes in a transaction when it is busy. */
const BATCH = 250;
const PATIENCE_MS = 60_000 + EVENTS;

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
});
beforeEach(() => test.database.query('TRUNCATE outbox'));
afterAll(() => test.drop());

interface Writer {
  readonly write: (tx: Transaction, events: readonly OutgoingEvent[]) => Promise<void>;
  readonly producer: CountingProducer;
  readonly close: () => Promise<void>;
}

function startWriter(path: 'from memory' | 'by the relay'): Writer {
  const metrics = new Metrics();
  const producer = new CountingProducer(metrics);
  const published = new OutboxMetrics(metrics);
  const listener = new Listener({ url: test.url, applicationName: 'outbox-listener' });
  const publisher = new OutboxPublisher(producer, test.database, published);
  const relay = new OutboxRelay(producer, test.database, OPTIONS, listener, published);
  const watch = new OutboxWatch(test.database, OPTIONS, new HealthRegistry(), metrics);
  const contracts = { assertValid: () => undefined } as unknown as EventContracts; // the events' content does not matter here
  const outbox = new Outbox(OPTIONS, publisher, relay, watch, contracts);
  relay.onApplicationBootstrap();
  const leave = async (tx: Transaction, events: readonly OutgoingEvent[]) => {
    insertMessages(tx, events.map(toMessage), { writerPublishes: false });
    tx.onCommit(() => relay.wake());
  };
  const close = async () => {
    await publisher.onApplicationShutdown();
    await relay.onApplicationShutdown();
    await producer.onApplicationShutdown();
  };
  return { write: path === 'from memory' ? (tx, events) => outbox.add(tx, events) : leave, producer, close };
}

const toMessage = ({ topic, key, type, data }: OutgoingEvent): OutgoingMessage => ({
  topic,
  key,
  headers: { ce_specversion: '1.0', ce_id: crypto.randomUUID(), ce_source: '/test', ce_type: type },
  value: JSON.stringify(data),
});

const anEvent = (): OutgoingEvent => ({
  topic: 'order-events',
  key: crypto.randomUUID(),
  type: 'COUNTED',
  data: { text: 'x'.repeat(200) },
});

/** Publishes the given number of events, and returns when their rows are deleted. */
async function pass(events: number, { write }: Writer): Promise<void> {
  let left = events;
  const writeOn = async () => {
    while (left > 0) {
      const batch = Array.from({ length: Math.min(BATCH, left) }, anEvent);
      left -= batch.length;
      await test.database.transaction((tx) => write(tx, batch));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writeOn));
  const isEmpty = async () => (await test.database.query('SELECT FROM outbox LIMIT 1')).length === 0;
  await eventually(isEmpty, 'the outbox is empty', PATIENCE_MS);
}

interface Size {
  readonly table: number;
  readonly indexes: number;
  /** Rows, as far as Postgres' statistics know yet. */
  readonly dead: number;
}

async function measure(): Promise<Size> {
  const [size] = await test.database.query<{ table: number; indexes: number; dead: number }>(
    `SELECT pg_table_size(relid)::int AS table, pg_indexes_size(relid)::int AS indexes, n_dead_tup::int AS dead
     FROM pg_stat_user_tables WHERE relname = 'outbox'`,
  );
  return size as Size;
}

/**
 * Autovacuum's turn, which goes by the clock. Index pages that it empties can be used again only when no transaction is left
 * that ran meanwhile, in whichever database of the server: other tests have theirs.
 */
async function vacuum(): Promise<void> {
  await test.database.query('VACUUM outbox');
  const [{ now } = {}] = await test.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const older = "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND xact_start < $1";
  const areOver = async () => (await test.database.query(older, [now])).length === 0;
  await eventually(areOver, 'the transactions that ran meanwhile are over', PATIENCE_MS);
}

/** What a quarter of the events take while none is deleted. */
async function sizeOfQuarter(): Promise<Size> {
  const events = Array.from({ length: EVENTS / 4 }, anEvent);
  await test.database.transaction(async (tx) => insertMessages(tx, events.map(toMessage), { writerPublishes: true }));
  const size = await measure();
  await test.database.query('TRUNCATE outbox');
  return size;
}

function tell(events: number, perSecond: number, { table, indexes, dead }: Size): void {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  process.stdout.write(
    `${events} events, ${perSecond.toFixed()}/s: table ${mib(table)}, indexes ${mib(indexes)}, ${dead} dead rows\n`,
  );
}

describe('the table of the outbox', () => {
  it.each(['from memory', 'by the relay'] as const)(
    'stays small however many events are published %s',
    async (path) => {
      const quarter = await sizeOfQuarter();
      const writer = startWriter(path);
      const sizes: Size[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const began = performance.now();
        await pass(EVENTS / ROUNDS, writer);
        const seconds = (performance.now() - began) / 1_000;
        const size = await measure();
        sizes.push(size);
        if (BY_HAND) tell((round * EVENTS) / ROUNDS, EVENTS / ROUNDS / seconds, size);
        else await vacuum();
      }
      await writer.close();
      expect(writer.producer.sent).toBeGreaterThanOrEqual(EVENTS);
      for (const part of ['table', 'indexes'] as const)
        expect(Math.max(...sizes.map((size) => size[part]))).toBeLessThan(quarter[part]); // it would be four times as large if space were never reused
    },
    2 * PATIENCE_MS,
  );
});
