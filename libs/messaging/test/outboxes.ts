import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { type OutgoingMessage } from '../src/envelope/message.js';
import { Producer } from '../src/kafka/producer.js';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '../src/testing/test-kafka.js';
import { type Database, Listener } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { EventContracts } from '../src/publish/event-contracts.js';
import { Outbox } from '../src/publish/outbox.js';
import { MESSAGING_MIGRATIONS } from '../src/migrations.js';
import { OutboxMetrics } from '../src/publish/watch/outbox.metrics.js';
import { OutboxPublisher } from '../src/publish/outbox.publisher.js';
import { type OutboxOptions } from '../src/publish/outbox.options.js';
import { OutboxRelay } from '../src/publish/outbox.relay.js';
import { OutboxWatch } from '../src/publish/watch/outbox.watch.js';

/** The real producer with a switch and a gate. */
class SwitchedProducer extends Producer {
  on = true;
  /** Each send waits for this first. */
  gate = Promise.resolve();
  readonly sends: (readonly OutgoingMessage[])[] = [];

  constructor(readonly metrics = new Metrics()) {
    super(testKafkaOptions(), metrics);
  }

  override async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.sends.push(messages);
    await this.gate;
    if (!this.on) throw new Error('the broker is unavailable');
    await this.deliver(messages);
  }

  protected deliver(messages: readonly OutgoingMessage[]): Promise<void> {
    return super.send(messages);
  }
}

/** For tests without Kafka, where a busy broker's rejection would wait for a poller. */
export class RecordingProducer extends SwitchedProducer {
  constructor(readonly delivered: OutgoingMessage[] = []) {
    super();
  }

  protected override async deliver(messages: readonly OutgoingMessage[]): Promise<void> {
    this.delivered.push(...messages);
  }
}

class Counted {
  static readonly type = 'COUNTED';

  @IsInt()
  n!: number;

  @IsOptional()
  @IsString()
  padding?: string;
}

export const options = { source: '/test', topicRetentionMs: 3_600_000, maxWaiting: 1_000 };
const LISTENER = 'outbox-listener';
/** So long that no result of a test comes from the poller. */
export const NO_POLLING = { ...options, pollingIntervalMs: 3_600_000 };

export interface Replica {
  readonly database: Database;
  readonly producer: SwitchedProducer;
  readonly outbox: Outbox;
  readonly relay: OutboxRelay;
  readonly metrics: Metrics;
  readonly watch: OutboxWatch;
  readonly close: () => Promise<void>;
}

let test: TestDatabase;
let topic: string;
let replicas: Replica[] = [];

/** Gives each test of a file an empty outbox and a topic, and stops its replicas. Call it at the top of the file. */
export function useOutboxes(): void {
  beforeAll(async () => {
    test = await createTestDatabase(MESSAGING_MIGRATIONS);
  });
  beforeEach(async () => {
    topic = uniqueName('outbox');
    replicas = [];
    await createTopic(topic);
  });
  afterEach(async () => {
    for (const { close } of replicas) await close();
    await test.database.query('TRUNCATE outbox, outbox_relay_lease');
  });
  afterAll(() => test.drop());
}

export const theTopic = (): string => topic;
export const query: Database['query'] = (...args) => test.database.query(...args);
export const database = (): Database => test.database;
/** The test's own access to the database, which is not started or stopped. */
export const listener = (): Listener => new Listener({ url: test.url, applicationName: LISTENER });

export async function startReplica(
  given: OutboxOptions = options,
  producer = new SwitchedProducer(),
): Promise<Replica> {
  const database = await test.connect();
  const listener = new Listener({ url: test.url, applicationName: LISTENER });
  const { metrics } = producer;
  const published = new OutboxMetrics(metrics);
  const publisher = new OutboxPublisher(producer, database, published);
  const relay = new OutboxRelay(producer, database, given, listener, published);
  const watch = new OutboxWatch(database, options, new HealthRegistry(), metrics);
  const contracts = new EventContracts([{ name: topic, types: [Counted], schemas: new Map() }]);
  const outbox = new Outbox(options, publisher, relay, watch, contracts);
  relay.onApplicationBootstrap();
  listener.onApplicationBootstrap();
  const close = async () => {
    await listener.onApplicationShutdown();
    await publisher.onApplicationShutdown();
    await relay.onApplicationShutdown();
    await producer.onApplicationShutdown();
  };
  const replica = { database, metrics, producer, outbox, relay, watch, close };
  replicas.push(replica);
  return replica;
}

export const add = ({ database, outbox }: Replica, key: string, ...numbers: number[]) =>
  database.transaction((tx) =>
    outbox.add(
      tx,
      numbers.map((n) => ({ topic, key, type: 'COUNTED', data: { n } })),
    ),
  );

/** Two replicas that know each other: the first holds the lease, and both listen for notifications. */
export async function startTwoReplicas(): Promise<[Replica, Replica]> {
  const holder = await startReplica(NO_POLLING, new RecordingProducer());
  holder.relay.wake();
  await eventually(
    async () => (await test.database.query('SELECT FROM outbox_relay_lease')).length > 0,
    'the lease is held',
  );
  const other = await startReplica(NO_POLLING, new RecordingProducer());
  const listening = () =>
    test.database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 AND query LIKE 'LISTEN%'`,
      [LISTENER],
    );
  await eventually(async () => (await listening()).length === 2, 'both listen');
  return [holder, other];
}

/** Long enough that the relay of a busy machine does not overtake a writer. */
export const leaveToWriters = () => test.database.query("UPDATE outbox SET relay_after = now() + interval '1 hour'");

/** Waits until a relay has scanned the table twice, as its lease shows. */
export async function relayLooksAgain(): Promise<void> {
  const seen = new Set<string>();
  await eventually(async () => {
    const [lease] = await test.database.query<{ until: string }>(
      'SELECT expires_at::text AS until FROM outbox_relay_lease',
    );
    return seen.add(lease?.until ?? '').size > 2;
  }, 'the relay looks twice more');
}

export const waiting = async () => (await test.database.query<{ n: string }>('SELECT count(*) AS n FROM outbox'))[0]?.n;

export const numberIn = ({ value }: Pick<OutgoingMessage, 'value'>) => (JSON.parse(String(value)) as { n: number }).n;

/** The messages that a replica passed to its producer, in order. */
export const sent = ({ producer }: Replica) => producer.sends.flat().map(numberIn);

export async function published(count: number): Promise<number[]> {
  const messages = await readTopic(topic, count);
  return messages.map(numberIn);
}
