import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp, type HttpAuth } from '@orderflow/http';
import { IDEMPOTENCY_MIGRATIONS, IdempotencyModule } from '@orderflow/idempotency';
import { type ConsumedMessage, type OutgoingMessage } from '../src/envelope/message.js';
import { EventMetrics } from '../src/kafka/event.metrics.js';
import { PermanentError } from '../src/envelope/message-errors.js';
import { eventually } from '../src/testing/test-kafka.js';
import { HealthModule, HealthRegistry, MetricsModule, ServiceLogger } from '@orderflow/observability';
import { Outbox } from '../src/publish/outbox.js';
import { MESSAGING_MIGRATIONS } from '../src/migrations.js';
import { RejectedEventsRepository } from '../src/publish/rejected-events/rejected-events.repository.js';
import { Database, isDatabaseUnavailable, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { override, PARKING } from './consumer.js';
import { ConsumingModule } from '../src/consuming.module.js';
import { OUTBOX_OPTIONS } from '../src/publish/outbox.options.js';
import { DeadLettersPurge } from '../src/parking/dead-letters/dead-letters.purge.js';
import { ConsumeBatch } from '../src/consume/consume-batch.js';
import { EventDispatcher } from '../src/consume/dispatch/event-dispatcher.js';
import { PartitionPositions } from '../src/consume/positions/partition-positions.js';
import { readBatch } from '../src/consume/read-batch.js';
import type { DecodedMessage } from '../src/envelope/cloud-event.js';
import { KAFKA_OPTIONS } from '../src/kafka/kafka.client.js';
import { PUBLISHED_TOPICS } from '../src/kafka/kafka.module.js';

const GROUP = 'shop';
export const TOPIC = 'events';
const RETENTION_MS = 90 * 86_400_000;

let test: TestDatabase;
let app: App;
let running = 0;
let mostRunning = 0;
let nextOffset = 0;
/** Texts of messages whose handler fails after its effect. */
export const broken = new Set<string>();
/** The app's log lines. */
export const lines: Record<string, unknown>[] = [];

/** Starts an app on an empty database for each test of a file. Call it at the top of the file. */
export function useOperatorApp(): void {
  beforeAll(async () => {
    test = await createTestDatabase([...MESSAGING_MIGRATIONS, IDEMPOTENCY_MIGRATIONS]);
    await test.database.query('CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL)');
  });
  beforeEach(async () => {
    await test.database.query(
      'TRUNCATE effects, inbox, outbox, parked_sequences, parked_messages, parked_attempts, dead_letter_audit, idempotent_requests',
    );
    broken.clear();
    [running, mostRunning, lines.length] = [0, 0, 0];
    app = await start(test.database);
  });
  afterEach(() => app.stop());
  afterAll(() => test.drop());
}

export type App = Awaited<ReturnType<typeof start>>;
/** The app of the test. */
export const theApp = (): App => app;
export const query: Database['query'] = (...args) => test.database.query(...args);
export const database = (): Database => test.database;
export const connect = (): Promise<Database> => test.connect();
/** The most handlers that have run at once. */
export const mostAtOnce = (): number => mostRunning;
/** Resets {@link mostAtOnce}. */
export const countAnew = (): void => void (mostRunning = 0);

/**
 * A replica: the module of a service, on the test's database, with an outbox that only writes.
 * @param auth without it, everyone may do everything
 */
export async function start(database: Database, auth?: HttpAuth) {
  const outbox = {
    addMessages: (tx: Transaction, messages: readonly OutgoingMessage[]) => writeOutbox(tx, messages),
  };
  const infrastructure: DynamicModule = {
    module: Infrastructure,
    global: true,
    // Without lifecycle hooks, because the test closes its database itself.
    providers: [
      {
        provide: Database,
        useValue: {
          query: database.query.bind(database),
          transaction: database.transaction.bind(database),
          isReachable: () => database.isReachable(),
          whenReady: () => database.whenReady(),
        },
      },
      { provide: Outbox, useValue: outbox },
      { provide: OUTBOX_OPTIONS, useValue: { source: '/test', topicRetentionMs: RETENTION_MS, maxWaiting: 1_000 } },
      { provide: KAFKA_OPTIONS, useValue: { brokers: ['127.0.0.1:1'], clientId: 'test' } },
      { provide: PUBLISHED_TOPICS, useValue: [] },
      RejectedEventsRepository,
      EventMetrics,
    ],
    exports: [
      KAFKA_OPTIONS,
      PUBLISHED_TOPICS,
      Database,
      Outbox,
      OUTBOX_OPTIONS,
      RejectedEventsRepository,
      EventMetrics,
    ],
  };
  const schedule = { maxAttempts: 2, firstDelayMs: 10, maxDelayMs: 10 };
  const deadLetters = ConsumingModule.forRoot({
    consumerGroup: GROUP,
    server: { topicSettings: { partitions: 1, replicationFactor: 1, retentionMs: RETENTION_MS } },
    parking: { ...PARKING, schedule, retentionMs: RETENTION_MS },
  });
  const nest = await createHttpApp(
    { module: Root, imports: [HealthModule, MetricsModule, infrastructure, IdempotencyModule, deadLetters] },
    {
      title: 'test',
      description: '',
      logger: new ServiceLogger({
        level: 'log',
        format: 'json',
        service: GROUP,
        output: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
      }),
      faults: { isUnavailable: isDatabaseUnavailable, isOutcomeUnknown: () => false },
      auth,
    },
  );
  const [consumeBatch, dispatcher] = [nest.get(ConsumeBatch), nest.get(EventDispatcher)];
  override(dispatcher, handling);
  Object.assign(nest.get(PartitionPositions), { load: async () => undefined, move: async () => undefined });
  await nest.init();
  return {
    health: async () => (await nest.get(HealthRegistry).report()).checks['dead-letters'],
    ...clientOf(nest),
    /** Makes requests with this token. */
    as: (token: string) => clientOf(nest, { authorization: `Bearer ${token}` }),
    consume: async (...messages: ConsumedMessage[]) => {
      for (const each of messages) {
        await consumeBatch
          .execute(await readBatch([each], dispatcher))
          .catch((error: Error) => consumeBatch.parkAlone(each, error));
      }
    },
    park: (each: ConsumedMessage, error: Error) => consumeBatch.parkAlone(each, error),
    purge: () => nest.get(DeadLettersPurge).execute(),
    stop: () => nest.close(),
  };
}

function clientOf(nest: NestFastifyApplication, credentials: Readonly<Record<string, string>> = {}) {
  const request = async (method: 'GET' | 'POST', url: string, payload?: object, key?: string) => {
    const headers = { ...credentials, ...(key !== undefined && { 'idempotency-key': key }) };
    const answer = await nest.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json(), challenge: answer.headers['www-authenticate'] };
  };
  return {
    get: (url: string) => request('GET', `/dead-letters${url}`),
    post: (url: string, payload?: object, key?: string) => request('POST', `/dead-letters${url}`, payload, key),
    rejected: (query = '') => request('GET', `/outbox/rejected${query}`),
    retryRejected: (position: string, key?: string) =>
      request('POST', `/outbox/rejected/${position}/retry`, undefined, key),
    discardRejected: (position: string, payload: object, key?: string) =>
      request('POST', `/outbox/rejected/${position}/discard`, payload, key),
  };
}

@Module({})
class Infrastructure {}
@Module({})
class Root {}

export async function writeOutbox(tx: Transaction, messages: readonly OutgoingMessage[]): Promise<void> {
  for (const { topic, key, headers, value } of messages) {
    const text = Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, String(header)]));
    await tx.query('INSERT INTO outbox (topic, key, headers, value, relay_after) VALUES ($1, $2, $3, $4, now())', [
      topic,
      key && Buffer.from(key as string),
      JSON.stringify(text),
      value && Buffer.from(value as string),
    ]);
  }
}

/** A handler whose effect is a row and an event. A message whose text is in `broken` fails after its effect. */
const handling = {
  decode: (message: ConsumedMessage) => {
    const what = message.value?.toString() ?? '';
    if (what.startsWith('newer')) return undefined;
    if (what.startsWith('bad')) throw new PermanentError('DATA_INVALID', `${what} is bad`);
    return { message, event: { id: '', source: '', type: '', subject: '', time: '', data: { what } } };
  },
  dispatch: async (tx: Transaction, decoded: readonly DecodedMessage[]) => {
    for (const { event } of decoded) {
      const { what } = event.data as { what: string };
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      try {
        await tx.query('INSERT INTO effects (what) VALUES ($1)', [what]);
        if (broken.has(what)) throw new TypeError(`${what} is broken`);
        await writeOutbox(tx, [{ topic: 'told', key: what, headers: { ce_type: 'TOLD' }, value: `{"n":"${what}"}` }]);
      } finally {
        running -= 1;
      }
    }
  },
};

export function message(
  key: string | Buffer | null,
  value: string,
  headers: ConsumedMessage['headers'] = {},
): ConsumedMessage {
  const offset = String(nextOffset++);
  const bytes = key === null ? null : Buffer.from(key as string);
  return { topic: TOPIC, partition: 0, offset, timestamp: '1', key: bytes, value: Buffer.from(value), headers };
}

export const rows = async (sql: string) => (await test.database.query<{ row: string }>(sql)).map(({ row }) => row);
export const effects = () => rows('SELECT what AS row FROM effects ORDER BY n');
export const states = () =>
  rows(`SELECT convert_from(value, 'UTF8') || ' ' || status AS row FROM parked_messages ORDER BY position`);
export const idOf = async (what: string) =>
  (await rows(`SELECT id::text AS row FROM parked_messages WHERE value = convert_to('${what}', 'UTF8')`))[0] ?? '';
export const audited = async () =>
  (await app.get('/audit')).body.data.map((entry: { act: string; outcome: string }) => `${entry.act} ${entry.outcome}`);

/** Sets messages aside, the first of each key OPEN, and waits until it stays so. */
export async function givenUp(...messages: [key: string, what: string][]): Promise<void> {
  for (const [, what] of messages) broken.add(what);
  await app.consume(...messages.map(([key, what]) => message(key, what)));
  await eventually(async () => (await states()).every((state) => !state.includes('RETRYING')), 'all are given up');
}
