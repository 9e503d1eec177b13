import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { PaceOptions } from '@orderflow/concurrency';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { Database, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, Proxy, type TestDatabase } from '@orderflow/postgres/testing';
import { IsInt } from 'class-validator';
import { eventKey } from '../src/consume/inbox/event-key.js';
import { BatchServer } from '../src/consume/batch-server.js';
import type { BatchContext } from '../src/consume/dispatch/batch.context.js';
import { handles } from '../src/consume/dispatch/event-dispatcher.js';
import { type CloudEvent, encodeCloudEvent } from '../src/envelope/cloud-event.js';
import type { OutgoingMessage } from '../src/envelope/message.js';
import type { KafkaOptions } from '../src/kafka/kafka.client.js';
import { MESSAGING_MIGRATIONS } from '../src/migrations.js';
import { testKafkaOptions, uniqueName } from '../src/testing/test-kafka.js';
import { createConsumer, PARKING } from './consumer.js';

export class Counted {
  static readonly type = 'COUNTED';

  @IsInt()
  n!: number;
}

export const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => n + from);

/**
 * Starts a service for each test of a file, on one database, and stops it. Call it at the top of the file.
 * @returns the service of the test
 */
export function useCountingService(prefix: string): () => CountingService {
  let test: TestDatabase;
  let service: CountingService;
  beforeAll(async () => {
    test = await createTestDatabase(MESSAGING_MIGRATIONS);
  });
  beforeEach(async () => {
    service = await CountingService.create(test, prefix);
  });
  afterEach(() => service.stop());
  afterAll(() => test.drop());
  return () => service;
}

export type CountedHandler = (events: readonly CloudEvent<Counted>[], context: BatchContext) => Promise<void>;

/**
 * A service that counts events in a real database. The replicas of its consumer share a topic and a group. Committed effects
 * are kept in memory as well.
 */
export class CountingService {
  readonly topic: string;
  readonly groupId = uniqueName('group');
  readonly committed: number[] = [];
  readonly batches: number[][] = [];
  readonly servers: BatchServer[] = [];
  /** Of the first replica. */
  metrics = new Metrics();
  /** May be changed while replicas run. */
  readonly parking = { ...PARKING, schedule: { maxAttempts: 1_000, firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 } };
  private readonly databases: Database[] = [];

  private constructor(
    private readonly test: TestDatabase,
    private readonly proxy: Proxy,
    prefix: string,
  ) {
    this.topic = uniqueName(prefix);
  }

  /** @param test the database of the whole file; the service does not see the rows of other groups */
  static async create(test: TestDatabase, prefix: string): Promise<CountingService> {
    return new CountingService(test, await Proxy.to(test.url), prefix);
  }

  /** Records each event when its batch commits. */
  readonly record: CountedHandler = async (events, context) => {
    const numbers = events.map(({ data }) => data.n);
    context.getTransaction().onCommit(() => {
      this.committed.push(...numbers);
      this.batches.push(numbers);
    });
  };

  /** Event n, of id `id-n`, for its topic. */
  message(n: number, { key = String(n), type = Counted.type, data = { n } as object } = {}): OutgoingMessage {
    const event = { id: `id-${n}`, source: '/test', type, subject: key, time: new Date().toISOString(), data };
    return encodeCloudEvent(event, { topic: this.topic, key });
  }

  /** Another replica, whose consumer has not joined yet. */
  async createServer(
    handler: CountedHandler = this.record,
    options: { partitions?: number; silenceMs?: number; pace?: PaceOptions; kafka?: KafkaOptions } = {},
  ): Promise<{ server: BatchServer; consumer: ReturnType<typeof createConsumer> }> {
    const metrics = this.servers.length === 0 ? this.metrics : new Metrics();
    const { groupId: group, parking } = this;
    const consumer = createConsumer({ group, database: await this.connect(), metrics, parking });
    const { partitions = 3, silenceMs, pace, kafka = testKafkaOptions() } = options;
    const topicSettings = { partitions, replicationFactor: 1, retentionMs: 3_600_000 };
    const server = new BatchServer(
      kafka,
      group,
      { topicSettings, ...(silenceMs === undefined ? {} : { silenceMs }), ...(pace && { pace }) },
      [],
      consumer.dispatcher,
      consumer.recovery,
      consumer.positions,
      consumer.consumerMetrics,
      consumer.events,
    );
    this.servers.push(server);
    server.addHandler(this.topic, handler, true, handles(Counted));
    return { server, consumer };
  }

  /** Another replica, in its group. */
  async serve(...options: Parameters<CountingService['createServer']>): Promise<BatchServer> {
    const { server } = await this.createServer(...options);
    await server.listen(() => undefined);
    await server.whenJoined();
    return server;
  }

  /** The parked messages in order. */
  parked(): Promise<{ partition: number; offset: number; code: string; message: string }[]> {
    return this.test.database.query(
      `SELECT partition, "offset"::int AS offset, error_code AS code, error_message AS message FROM parked_messages
       WHERE consumer_group = $1 ORDER BY position`,
      [this.groupId],
    );
  }

  /** The next offset of a partition in the database; undefined if there is none. */
  async position(partition = 0): Promise<number | undefined> {
    const [row] = await this.test.database.query<{ next: number }>(
      'SELECT next_offset::int AS next FROM consumer_positions WHERE consumer_group = $1 AND partition = $2',
      [this.groupId, partition],
    );
    return row?.next;
  }

  async setPosition(offset: number): Promise<void> {
    await this.test.database.query('UPDATE consumer_positions SET next_offset = $2 WHERE consumer_group = $1', [
      this.groupId,
      offset,
    ]);
  }

  /** Simulates a restored database: undoes all effects from an offset on. Event n, with id `id-n`, has offset n. */
  async restoreTo(offset: number): Promise<void> {
    await this.test.database.transaction(async (tx: Transaction) => {
      await tx.query('UPDATE consumer_positions SET next_offset = $2 WHERE consumer_group = $1', [
        this.groupId,
        offset,
      ]);
      await tx.query('DELETE FROM inbox WHERE event_key = ANY($1::uuid[])', [
        Array.from({ length: 100 }, (_, n) => eventKey(this.groupId, { source: '/test', id: `id-${offset + n}` })),
      ]);
    });
    this.committed.length = 0;
  }

  /** Postgres cannot be reached from now on. */
  loseDatabase(): Promise<void> {
    return this.proxy.close();
  }

  restoreDatabase(): Promise<void> {
    return this.proxy.open();
  }

  /** Closes the replicas and their connections, but not the database. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
    await Promise.all(this.databases.map((database) => database.onApplicationShutdown()));
    await this.proxy.close();
  }

  private async connect(): Promise<Database> {
    const options = { url: this.proxy.url, poolSize: 5, applicationName: this.groupId, migrations: [] };
    const database = new Database(options, new HealthRegistry(), new Metrics());
    this.databases.push(database);
    database.onModuleInit();
    if (this.proxy.isOpen) await database.whenReady();
    return database;
  }
}
