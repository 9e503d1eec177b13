import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { createHttpApp } from '@orderflow/http';
import { type ConsumedMessage, type OutgoingMessage } from '../../envelope/message.js';
import { EventMetrics } from '../../kafka/event.metrics.js';
import { PermanentError } from '../../envelope/message-errors.js';
import { eventually } from '../../testing/test-kafka.js';
import { HealthModule, HealthRegistry, MetricsModule, ServiceLogger } from '@orderflow/observability';
import { Outbox } from '../../publish/outbox.js';
import { MESSAGING_MIGRATIONS } from '../../migrations.js';
import { RejectedEventsRepository } from '../../publish/rejected-events.repository.js';
import { Database, isDatabaseUnavailable, type Transaction } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { override, PARKING } from '../../../test/consumer.js';
import { ConsumingModule } from '../../consuming.module.js';
import { OUTBOX_OPTIONS } from '../../publish/outbox.options.js';
import { DeadLettersPurge } from '../../parking/dead-letters.purge.js';
import { ConsumeBatch } from '../../consume/consume-batch.js';
import { EventDispatcher } from '../../consume/dispatch/event-dispatcher.js';
import { PartitionPositions } from '../../consume/positions/partition-positions.js';
import { readBatch } from '../../consume/read-batch.js';
import type { DecodedMessage } from '../../envelope/cloud-event.js';
import { KAFKA_OPTIONS } from '../../kafka/kafka.client.js';
import { PUBLISHED_TOPICS } from '../../kafka/kafka.module.js';

const GROUP = 'shop';
const TOPIC = 'events';
const RETENTION_MS = 90 * 86_400_000;

let test: TestDatabase;
let app: Awaited<ReturnType<typeof start>>;
let broken: Set<string>;
let running: number;
let mostRunning: number;
let nextOffset = 0;
let lines: Record<string, unknown>[];
const hear = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  test = await createTestDatabase(MESSAGING_MIGRATIONS);
  await test.database.query('CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL)');
});
beforeEach(async () => {
  await test.database.query(
    'TRUNCATE effects, inbox, outbox, parked_sequences, parked_messages, parked_attempts, dead_letter_audit',
  );
  [broken, running, mostRunning, lines] = [new Set(), 0, 0, []];
  app = await start(test.database);
});
afterEach(() => app.stop());
afterAll(() => test.drop());

/** A replica: the module as a service has it, on the test's database, with an outbox that only writes. */
async function start(database: Database) {
  const outbox = {
    addMessages: (tx: Transaction, messages: readonly OutgoingMessage[]) => writeOutbox(tx, messages),
  };
  const infrastructure: DynamicModule = {
    module: Infrastructure,
    global: true,
    // Without its hooks: the test closes its database itself.
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
    { module: Root, imports: [HealthModule, MetricsModule, infrastructure, deadLetters] },
    {
      title: 'test',
      description: '',
      logger: new ServiceLogger({ level: 'log', format: 'json', service: GROUP, destination: { write: hear } }),
      faults: { isUnavailable: isDatabaseUnavailable, isOutcomeUnknown: () => false },
    },
  );
  const [consumeBatch, dispatcher] = [nest.get(ConsumeBatch), nest.get(EventDispatcher)];
  override(dispatcher, handling);
  Object.assign(nest.get(PartitionPositions), { know: async () => undefined, move: async () => undefined });
  await nest.init();
  const request = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await nest.inject({ method, url, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  return {
    health: async () => (await nest.get(HealthRegistry).report()).checks['dead-letters'],
    get: (url: string) => request('GET', `/dead-letters${url}`),
    post: (url: string, payload?: object) => request('POST', `/dead-letters${url}`, payload),
    rejected: (query = '') => request('GET', `/outbox/rejected${query}`),
    retryRejected: (position: string) => request('POST', `/outbox/rejected/${position}/retry`),
    discardRejected: (position: string, payload: object) =>
      request('POST', `/outbox/rejected/${position}/discard`, payload),
    consume: async (...messages: ConsumedMessage[]) => {
      for (const each of messages) {
        await consumeBatch
          .execute(await readBatch([each], dispatcher))
          .catch((error: Error) => consumeBatch.park(each, error));
      }
    },
    park: (each: ConsumedMessage, error: Error) => consumeBatch.park(each, error),
    purge: () => nest.get(DeadLettersPurge).execute(),
    stop: () => nest.close(),
  };
}

@Module({})
class Infrastructure {}
@Module({})
class Root {}

async function writeOutbox(tx: Transaction, messages: readonly OutgoingMessage[]): Promise<void> {
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

/** Its effect is a row and an event; a message whose text is in `broken` fails after its effect. */
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

function message(
  key: string | Buffer | null,
  value: string,
  headers: ConsumedMessage['headers'] = {},
): ConsumedMessage {
  const offset = String(nextOffset++);
  const bytes = key === null ? null : Buffer.from(key as string);
  return { topic: TOPIC, partition: 0, offset, timestamp: '1', key: bytes, value: Buffer.from(value), headers };
}

const rows = async (sql: string) => (await test.database.query<{ row: string }>(sql)).map(({ row }) => row);
const effects = () => rows('SELECT what AS row FROM effects ORDER BY n');
const states = () =>
  rows(`SELECT convert_from(value, 'UTF8') || ' ' || status AS row FROM parked_messages ORDER BY position`);
const idOf = async (what: string) =>
  (await rows(`SELECT id::text AS row FROM parked_messages WHERE value = convert_to('${what}', 'UTF8')`))[0] ?? '';
const audited = async () =>
  (await app.get('/audit')).body.data.map((entry: { act: string; outcome: string }) => `${entry.act} ${entry.outcome}`);

/** Sets messages aside, the first of each key OPEN, and waits until it stays so. */
async function givenUp(...messages: [key: string, what: string][]): Promise<void> {
  for (const [, what] of messages) broken.add(what);
  await app.consume(...messages.map(([key, what]) => message(key, what)));
  await eventually(async () => (await states()).every((state) => !state.includes('RETRYING')), 'all are given up');
}

describe('GET /dead-letters', () => {
  it('lists what is parked, newest first, by pages', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1'], ['a', 'a2']);
    const first = await app.get('?limit=2');
    expect(first.status).toBe(200);
    expect(first.body.data[0]).toMatchObject({ key: 'a', status: 'BLOCKED', attempts: 0, errorCode: null });
    expect(first.body.data[1]).toMatchObject({ topic: TOPIC, key: 'b', keyEncoding: 'utf8', status: 'OPEN' });
    const second = await app.get(`?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ data: [{ key: 'a', errorCode: 'TYPE_ERROR' }], nextCursor: null });
  });

  it('filters', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1'], ['a', 'a2']);
    await app.consume(message('c', 'bad', { ce_type: Buffer.from('SAID') }));
    const keysOf = async (query: string) =>
      (await app.get(`?${query}`)).body.data.map(({ key }: { key: string }) => key).join('');
    expect(await keysOf('key=a')).toBe('aa');
    expect(await keysOf('status=OPEN')).toBe('cba');
    expect(await keysOf('errorCode=DATA_INVALID')).toBe('c');
    expect(await keysOf('eventType=SAID&topic=events')).toBe('c');
    expect(await keysOf('topic=other')).toBe('');
  });

  it('refuses what it does not know', async () => {
    for (const query of ['status=DEAD', 'colour=red', 'cursor=eHg', 'limit=0', 'topic=a%00b']) {
      expect((await app.get(`?${query}`)).status).toBe(400);
    }
  });
});

describe('the log', () => {
  /** What is said of the messages of a key, without their offsets. */
  const saidOf = (key: string) =>
    lines
      .filter((line) => line['key'] === key)
      .map(({ level, msg }) => `${level}: ${String(msg).replace(/^events\[0\] offset \d+ /, '')}`);

  it('says how the waiting of a message ends: by a retry that works, a replay, a discard', async () => {
    await givenUp(['replayed', 'r1'], ['discarded', 'd1']);
    broken = new Set(['w1']);
    await app.consume(message('worked', 'w1'));
    broken.clear();
    const replayed = await idOf('r1');
    await app.post(`/${replayed}/replay`);
    await app.post(`/${await idOf('d1')}/discard`, { reason: 'a test' });
    await eventually(async () => saidOf('worked').length > 0, 'the retry has worked');
    const givenUpAs = (what: string) => `error: is a dead letter, tried 2 times: TYPE_ERROR ${what} is broken`;
    expect(saidOf('replayed')).toEqual([givenUpAs('r1'), 'info: is replayed']);
    expect(saidOf('discarded')).toEqual([givenUpAs('d1'), 'info: is discarded: a test']);
    expect(saidOf('worked')).toEqual(['info: is handled, at attempt 2']);
    expect(lines.filter(({ deadLetterId }) => deadLetterId === replayed)).toMatchObject([{ topic: TOPIC }]);
  });

  it('says nothing of a replay that fails', async () => {
    await givenUp(['a', 'a1']);
    await app.post(`/${await idOf('a1')}/replay`);
    expect(saidOf('a').filter((line) => line.startsWith('info'))).toEqual([]);
  });
});

describe('GET /dead-letters/:id', () => {
  it('shows a message to its last byte, and every attempt', async () => {
    const key = Buffer.from([0xff, 0x00]);
    const headers = { list: [Buffer.from('1'), Buffer.from('2')], bytes: Buffer.from([0xfe]) };
    await app.consume(message(key, 'bad\u0000', headers));
    const id = (await app.get('')).body.data[0].id;
    await app.post(`/${id}/replay`);
    const { body } = await app.get(`/${id}`);
    expect(body).toMatchObject({
      id,
      key: '/wA=',
      keyEncoding: 'base64',
      value: 'bad\u0000',
      valueEncoding: 'utf8',
      headers: [
        { name: 'list', value: '1', encoding: 'utf8' },
        { name: 'list', value: '2', encoding: 'utf8' },
        { name: 'bytes', value: '/g==', encoding: 'base64' },
      ],
      errorStack: expect.stringContaining('bad'),
      attempts: 2,
      history: [
        { by: 'delivery', errorCode: 'DATA_INVALID' },
        { by: 'replay', errorCode: 'DATA_INVALID' },
      ],
      acts: [{ act: 'REPLAY', outcome: 'FAILED' }],
    });
  });

  it.each(['01a20a1d-3502-7688-9689-0e41c380fa7b', 'nonsense'])('does not know %s', async (id) => {
    for (const { status, body } of [
      await app.get(`/${id}`),
      await app.post(`/${id}/replay`),
      await app.post(`/${id}/replay?dryRun=true`),
      await app.post(`/${id}/discard`, { reason: 'x' }),
    ]) {
      expect([status, body.status]).toEqual([404, 404]);
    }
  });
});

describe('a replay', () => {
  it('that works releases the successors of its key in order', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['a', 'a3']);
    broken.clear();
    const { status, body } = await app.post(`/${await idOf('a1')}/replay`);
    expect([status, body.status, body.attempts]).toEqual([200, 'REPLAYED', 3]);
    expect(body.history.map(({ by, errorCode }: Record<string, unknown>) => `${by} ${errorCode}`)).toEqual([
      'delivery TYPE_ERROR',
      'retry TYPE_ERROR',
      'replay null',
    ]);
    await eventually(async () => (await effects()).length === 3, 'its successors follow');
    expect(await effects()).toEqual(['a1', 'a2', 'a3']);
    expect(await states()).toEqual(['a1 REPLAYED']);
  });

  it('that fails leaves it open without an effect, and notes the attempt', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    const before = (await app.get(`/${await idOf('a1')}`)).body.attempts;
    const { status, body } = await app.post(`/${await idOf('a1')}/replay`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: 422, errorCode: 'TYPE_ERROR', errorMessage: 'a1 is broken' });
    expect((await app.get(`/${await idOf('a1')}`)).body.attempts).toBe(before + 1);
    expect(await effects()).toEqual([]);
    expect(await states()).toEqual(['a1 OPEN', 'a2 BLOCKED']);
  });

  it('of a type that only another version handles leaves it as it is', async () => {
    await app.park(message('a', 'newer'), new PermanentError('DATA_INVALID', 'as the other version said'));
    const [{ id }] = (await app.get('')).body.data;
    expect(await app.post(`/${id}/replay`)).toMatchObject({
      status: 422,
      body: { errorCode: 'EVENT_TYPE_NOT_HANDLED' },
    });
    expect((await app.get('')).body.data).toMatchObject([{ id, status: 'OPEN', attempts: 1 }]);
  });

  it('of one that is behind another is refused, and says which comes first', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    broken.clear();
    const { status, body } = await app.post(`/${await idOf('a2')}/replay`);
    expect(status).toBe(409);
    expect(body.behind).toBe(await idOf('a1'));
    expect(body.detail).toContain(await idOf('a1'));
    expect(await effects()).toEqual([]);
  });

  it('takes effect once, however many operators, replicas and deliveries come at the same moment', async () => {
    broken.add('a1');
    const delivered = message('a', 'a1');
    await app.consume(delivered);
    await eventually(async () => (await states())[0] === 'a1 OPEN', 'it is given up');
    broken.clear();
    const other = await start(await test.connect());
    const id = await idOf('a1');
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => app.post(`/${id}/replay`)),
      ...Array.from({ length: 3 }, () => other.post(`/${id}/replay`)),
      other.consume(delivered).then(() => ({ status: 0 })),
    ]);
    await other.stop();
    expect(answers.map(({ status }) => status).sort()).toEqual([0, 200, 409, 409, 409, 409, 409, 409, 409]);
    await app.consume(delivered);
    expect(await effects()).toEqual(['a1']);
  });
});

describe('a discard', () => {
  it.each([[{}], [{ reason: '' }], [{ reason: ' ' }], [{ reason: 7 }]])('needs a reason, not %j', async (body) => {
    await givenUp(['a', 'a1']);
    expect((await app.post(`/${await idOf('a1')}/discard`, body)).status).toBe(400);
    expect(await states()).toEqual(['a1 OPEN']);
  });

  it('of the head lets the next follow, without the effect of the head', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    broken.clear();
    const id = await idOf('a1');
    const { status, body } = await app.post(`/${id}/discard`, { reason: 'a test' });
    expect([status, body.status]).toEqual([200, 'DISCARDED']);
    expect(body.acts).toMatchObject([{ act: 'DISCARD', outcome: 'DONE', reason: 'a test' }]);
    await eventually(async () => (await effects()).length === 1, 'the next follows');
    expect(await effects()).toEqual(['a2']);
    expect((await app.post(`/${id}/discard`, { reason: 'again' })).status).toBe(409);
    expect((await app.post(`/${id}/replay`)).status).toBe(409);
  });

  it('of one in the middle takes it out of the line', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['a', 'a3']);
    broken.clear();
    await app.post(`/${await idOf('a2')}/discard`, { reason: 'not this one' });
    expect(await effects()).toEqual([]);
    await app.post(`/${await idOf('a1')}/replay`);
    await eventually(async () => (await effects()).length === 2, 'the rest follows');
    expect(await effects()).toEqual(['a1', 'a3']);
  });
});

describe('a rehearsal', () => {
  const rehearse = (id: string) => app.post(`/${id}/replay?dryRun=true`);
  const traces = async () =>
    (
      await test.database.query(
        `SELECT (SELECT json_agg(m) FROM parked_messages m) AS m, (SELECT json_agg(q) FROM parked_sequences q) AS q,
           (SELECT json_agg(a) FROM parked_attempts a) AS a, (SELECT json_agg(e) FROM effects e) AS e,
           (SELECT json_agg(o) FROM outbox o) AS o`,
      )
    )[0];

  it('says what a replay would write and publish, and leaves no trace of it', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    broken.clear();
    await test.database.query(`INSERT INTO effects (what) VALUES ('before')`);
    await test.database.transaction((tx) =>
      writeOutbox(tx, [{ topic: 'told', key: 'other', headers: {}, value: null }]),
    );
    const before = await traces();
    for (const what of ['a1', 'a2']) {
      const { status, body } = await rehearse(await idOf(what));
      expect(status).toBe(200);
      expect(body).toEqual({
        outcome: 'WORKS',
        writes: [
          { table: 'effects', inserted: 1, updated: 0, deleted: 0 },
          { table: 'outbox', inserted: 1, updated: 0, deleted: 0 },
        ],
        publishes: [{ topic: 'told', key: what, type: 'TOLD', data: { n: what } }],
        errorCode: null,
        errorMessage: null,
        errorStack: null,
      });
    }
    expect(await traces()).toEqual(before);
    expect(await audited()).toEqual(['DRY_RUN DONE', 'DRY_RUN DONE']);
  });

  it('says how it would fail, and counts as no attempt', async () => {
    await givenUp(['a', 'a1']);
    const before = await traces();
    const { status, body } = await rehearse(await idOf('a1'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'FAILS',
      writes: [],
      publishes: [],
      errorCode: 'TYPE_ERROR',
      errorMessage: 'a1 is broken',
      errorStack: expect.stringContaining('a1 is broken'),
    });
    expect(await traces()).toEqual(before);
    expect(await audited()).toEqual(['DRY_RUN FAILED']);
  });

  it('of one that is finished is refused', async () => {
    await givenUp(['a', 'a1']);
    const id = await idOf('a1');
    await app.post(`/${id}/discard`, { reason: 'a test' });
    expect((await rehearse(id)).status).toBe(409);
    expect((await app.post(`/${id}/replay?rehearse=perhaps`)).status).toBe(400);
  });
});

describe('a replay of all that match', () => {
  const many = (count: number): [string, string][] =>
    Array.from({ length: count }, (_, n) => [`k${String(n).padStart(2, '0')}`, `m${n}`]);

  it('goes in steps that grow, a few at once, and in the order of keys', async () => {
    await givenUp(...many(32).reverse());
    broken.clear();
    mostRunning = 0;
    const { status, body } = await app.post('/replay', { all: true });
    expect(status).toBe(200);
    expect(body).toEqual({
      matched: 32,
      replayed: 32,
      failed: 0,
      skipped: 0,
      remaining: 0,
      steps: [1, 2, 5, 20, 4],
      failure: null,
    });
    expect((await effects()).slice(0, 1)).toEqual(['m0']);
    expect((await effects()).slice(1, 3).sort()).toEqual(['m1', 'm2']);
    expect(mostRunning).toBeLessThanOrEqual(4);
    const [entry] = (await app.get('/audit?limit=40')).body.data.slice(-1);
    expect(entry).toMatchObject({ act: 'REPLAY_ALL', outcome: 'DONE', details: { filter: {}, replayed: 32 } });
    expect((await audited()).length).toBe(33);
  });

  it('stops at the first failure, and names it', async () => {
    await givenUp(...many(20));
    broken = new Set(['m3']);
    const { body } = await app.post('/replay', { all: true });
    expect(body).toMatchObject({
      matched: 20,
      failed: 1,
      failure: { id: await idOf('m3'), errorCode: 'TYPE_ERROR', errorMessage: 'm3 is broken' },
    });
    expect(body.replayed + body.failed + body.remaining).toBe(20);
    expect(body.remaining).toBeGreaterThanOrEqual(12);
    expect((await effects()).slice(0, 3).sort()).toEqual(['m0', 'm1', 'm2']);
    expect((await app.get('/audit')).body.data.at(-1)).toMatchObject({
      outcome: 'FAILED',
      reason: expect.stringContaining('m3 is broken'),
    });
  });

  it('takes only what matches', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1']);
    broken.clear();
    expect((await app.post('/replay', { key: 'b' })).body).toMatchObject({ matched: 1, replayed: 1 });
    expect(await effects()).toEqual(['b1']);
    expect((await app.post('/replay', { errorCode: 'NO_SUCH' })).body).toMatchObject({ matched: 0, steps: [] });
    expect((await app.post('/replay', { colour: 'red' })).status).toBe(400);
  });

  it.each([[undefined], [{}], [{ key: null }], [{ all: false }], [{ all: 'true' }], [{ all: true, key: 'a' }]])(
    'is not what %j says',
    async (body) => {
      await givenUp(['a', 'a1']);
      broken.clear();
      expect((await app.post('/replay', body)).status).toBe(400);
      expect(await effects()).toEqual([]);
    },
  );

  it('takes a filter or all', async () => {
    await givenUp(['a', 'a1']);
    broken.clear();
    expect((await app.post('/replay', { all: true, key: null })).body).toMatchObject({ replayed: 1 });
  });

  it('by two operators at the same moment takes effect once', async () => {
    await givenUp(...many(12));
    broken.clear();
    const other = await start(await test.connect());
    const [one, two] = await Promise.all([app.post('/replay', { all: true }), other.post('/replay', { all: true })]);
    await other.stop();
    expect(one.body.replayed + two.body.replayed).toBe(12);
    expect((await effects()).sort()).toEqual(
      many(12)
        .map(([, what]) => what)
        .sort(),
    );
  });
});

describe('the audit', () => {
  it('has every act, newest first, with what became of it', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    const [a1, a2] = [await idOf('a1'), await idOf('a2')];
    await app.post(`/${a1}/replay`);
    await app.post(`/${a2}/replay`);
    await app.post(`/${a2}/discard`, { reason: 'why not' });
    broken.clear();
    await app.post(`/${a1}/replay`);
    expect(await audited()).toEqual(['REPLAY DONE', 'DISCARD DONE', 'REPLAY REFUSED', 'REPLAY FAILED']);
    const { body } = await app.get('/audit?limit=1');
    expect(body.data).toMatchObject([{ deadLetterId: a1, at: expect.any(String), reason: null }]);
    expect((await app.get(`/audit?limit=3&cursor=${body.nextCursor}`)).body).toMatchObject({
      data: [{ reason: 'why not' }, { reason: expect.stringContaining(a1) }, { reason: 'TYPE_ERROR: a1 is broken' }],
      nextCursor: null,
    });
  });
});

describe('an outgoing event that Kafka refuses', () => {
  /** @returns its position */
  async function rejectedEvent(key: string | Buffer): Promise<string> {
    const [row] = await test.database.query<{ position: string }>(
      `INSERT INTO outbox (topic, key, headers, value, relay_after, rejection)
       VALUES ('told', $1, '{"ce_type": "TOLD", "bytes": {"base64": "/g=="}}', 'large', now(), 'it is too large')
       RETURNING position`,
      [Buffer.from(key as string)],
    );
    return row?.position ?? '';
  }
  const positions = () => rows('SELECT position AS row FROM outbox ORDER BY position');

  it('is listed, oldest first, by pages, and without those that only wait', async () => {
    await test.database.transaction((tx) => writeOutbox(tx, [{ topic: 'told', key: 'a', headers: {}, value: null }]));
    const [a, b, c] = [
      await rejectedEvent('a'),
      await rejectedEvent(Buffer.from([0xff, 0x00])),
      await rejectedEvent('c'),
    ];
    const first = await app.rejected('?limit=2');
    expect(first.status).toBe(200);
    expect(first.body.data).toEqual([
      {
        position: a,
        topic: 'told',
        key: 'a',
        keyEncoding: 'utf8',
        eventType: 'TOLD',
        headers: [
          { name: 'bytes', value: '/g==', encoding: 'base64' },
          { name: 'ce_type', value: 'TOLD', encoding: 'utf8' },
        ],
        bytes: 5,
        rejection: 'it is too large',
        rejections: 0,
        nextAttemptAt: expect.any(String),
        addedAt: expect.any(String),
      },
      expect.objectContaining({ position: b, key: '/wA=', keyEncoding: 'base64' }),
    ]);
    expect((await app.rejected(`?limit=2&cursor=${first.body.nextCursor}`)).body).toMatchObject({
      data: [{ position: c }],
      nextCursor: null,
    });
    for (const query of ['?limit=201', '?limit=0', '?cursor=eHg', '?colour=red']) {
      expect((await app.rejected(query)).status).toBe(400);
    }
  });

  it('is discarded once, and the audit tells what it was', async () => {
    const [a, b] = [await rejectedEvent('a\0'), await rejectedEvent('b')];
    const { status, body } = await app.discardRejected(a, { reason: 'nobody needs it' });
    expect([status, body.position, body.key]).toEqual([200, a, 'a\0']);
    expect(lines.filter(({ position }) => position === a)).toMatchObject([
      { level: 'info', msg: 'A rejected event for told is discarded: nobody needs it' },
    ]);
    expect(await positions()).toEqual([b]);
    expect((await app.discardRejected(a, { reason: 'again' })).status).toBe(404);
    expect((await app.get('/audit')).body.data).toEqual([
      {
        id: expect.any(String),
        at: expect.any(String),
        act: 'DISCARD_REJECTED',
        deadLetterId: null,
        outcome: 'DONE',
        reason: 'nobody needs it',
        details: {
          position: a,
          topic: 'told',
          key: { base64: 'YQA=' }, // JSON in Postgres has no U+0000
          headers: { ce_type: 'TOLD', bytes: { base64: '/g==' } },
          bytes: 5,
          rejection: 'it is too large',
          rejections: 0,
          nextAttemptAt: body.nextAttemptAt,
          addedAt: body.addedAt,
        },
      },
    ]);
  });

  it('is due at once where an operator wants it tried again, and the audit tells so', async () => {
    const position = await rejectedEvent('a');
    await test.database.query("UPDATE outbox SET relay_after = now() + interval '1 hour'");
    const { status, body } = await app.retryRejected(position);
    expect([status, body.position, body.key]).toEqual([200, position, 'a']);
    expect(await rows('SELECT position AS row FROM outbox WHERE relay_after <= now()')).toEqual([position]);
    expect((await app.get('/audit')).body.data).toMatchObject([
      {
        act: 'RETRY_REJECTED',
        deadLetterId: null,
        outcome: 'DONE',
        reason: null,
        details: { position, topic: 'told' },
      },
    ]);
    for (const unknown of ['0', 'nonsense', '99999999999999999999'])
      expect((await app.retryRejected(unknown)).status).toBe(404);
  });

  it('stays where the audit cannot be written', async () => {
    const position = await rejectedEvent('a');
    await test.database.query('ALTER TABLE dead_letter_audit ADD CONSTRAINT none CHECK (false) NOT VALID');
    try {
      expect((await app.discardRejected(position, { reason: 'a test' })).status).toBe(500);
    } finally {
      await test.database.query('ALTER TABLE dead_letter_audit DROP CONSTRAINT none');
    }
    expect(await positions()).toEqual([position]);
  });

  it.each([[{}], [{ reason: '' }], [{ reason: ' ' }], [{ reason: 'a\0' }]])(
    'is not discarded without a reason, as %j',
    async (body) => {
      const position = await rejectedEvent('a');
      const answer = await app.discardRejected(position, body);
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '#/reason']);
      expect(await positions()).toEqual([position]);
    },
  );

  it.each(['0', 'nonsense', '99999999999999999999'])('is not known at %s', async (position) => {
    expect((await app.discardRejected(position, { reason: 'x' })).status).toBe(404);
  });

  it('is not what only waits for Kafka', async () => {
    await test.database.transaction((tx) => writeOutbox(tx, [{ topic: 'told', key: 'a', headers: {}, value: null }]));
    const [waiting = ''] = await positions();
    expect((await app.discardRejected(waiting, { reason: 'x' })).status).toBe(404);
    expect(await positions()).toEqual([waiting]);
  });
});

describe('what is settled', () => {
  const age = async (days: number) => {
    const aged = (column: string) => `${column} = ${column} - interval '${days} days'`;
    await test.database.query(
      `UPDATE parked_messages SET ${['parked_at', 'first_failed_at', 'last_failed_at', 'settled_at'].map(aged)}`,
    );
    await test.database.query(`UPDATE parked_attempts SET ${aged('at')}`);
    await test.database.query(`UPDATE dead_letter_audit SET ${aged('at')}`);
  };
  const settle = async (name: string) => {
    await givenUp([name, `${name}1`], [name, `${name}2`]);
    await app.post(`/${await idOf(`${name}2`)}/discard`, { reason: 'a test' });
    broken.clear();
    await app.post(`/${await idOf(`${name}1`)}/replay`);
  };
  const attempts = () => rows('SELECT DISTINCT message_id::text AS row FROM parked_attempts');

  it('is forgotten with its attempts and acts when its time is over, and not before', async () => {
    await settle('a');
    await age(2);
    await settle('b');
    await age(89);
    await app.purge();
    expect(await states()).toEqual(['b1 REPLAYED', 'b2 DISCARDED']);
    expect(await attempts()).toEqual([await idOf('b1')]);
    expect(await audited()).toEqual(['REPLAY DONE', 'DISCARD DONE']);
  });

  it('is all that is forgotten: what waits stays, however old, and what was done with it', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['b', 'b1']);
    await app.post(`/${await idOf('a1')}/replay`);
    await test.database.query(
      `UPDATE parked_messages SET status = 'RETRYING' WHERE id = '${await idOf('b1')}'`, // due when an operator says so
    );
    await age(10_000);
    await app.purge();
    expect(await states()).toEqual(['a1 OPEN', 'a2 BLOCKED', 'b1 RETRYING']);
    expect((await attempts()).sort()).toEqual([await idOf('a1'), await idOf('b1')].sort());
    expect(await audited()).toEqual(['REPLAY FAILED']);
  });
});

describe('health', () => {
  it('shows at a glance that dead letters wait for an operator', async () => {
    expect(await app.health()).toMatchObject({ status: 'up' });
    await app.consume(message('a', 'bad'), message('a', 'a2'));
    expect(await app.health()).toMatchObject({ status: 'degraded', facts: { OPEN: 1, BLOCKED: 1 } });
  });
});
