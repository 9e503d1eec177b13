import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { type OutgoingMessage } from '../envelope/message.js';
import { Producer } from '../kafka/producer.js';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '../testing/test-kafka.js';
import { type Database, Listener } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { EventContracts, InvalidEvent } from './event-contracts.js';
import { InboxPurge } from '../consume/inbox/inbox.purge.js';
import { Outbox } from './outbox.js';
import { MESSAGING_MIGRATIONS } from '../migrations.js';
import { OutboxMetrics } from './outbox.metrics.js';
import { OutboxPublisher } from './outbox.publisher.js';
import { OutboxFull, type OutboxOptions } from './outbox.options.js';
import { OutboxRelay } from './outbox.relay.js';
import { RELAY_CHANNEL } from './outbox.table.js';
import { OutboxWatch } from './outbox.watch.js';
import { RejectedEventsRepository } from './rejected-events.repository.js';

/** The real producer, behind a switch and a gate. */
class SwitchedProducer extends Producer {
  on = true;
  /** What each send waits for first. */
  gate = Promise.resolve();
  readonly sends: (readonly OutgoingMessage[])[] = [];

  constructor(readonly metrics = new Metrics()) {
    super(testKafkaOptions(), metrics);
  }

  override async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.sends.push(messages);
    await this.gate;
    if (!this.on) throw new Error('the broker is away');
    await this.deliver(messages);
  }

  protected deliver(messages: readonly OutgoingMessage[]): Promise<void> {
    return super.send(messages);
  }
}

/** For what is decided before Kafka has its part: a busy broker's rejection would wait for a poller. */
class RecordingProducer extends SwitchedProducer {
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

const options = { source: '/test', topicRetentionMs: 3_600_000, maxWaiting: 1_000 };
const LISTENER = 'outbox-listener';
/** So long that nothing in a test is owed to the poller. */
const NO_SWEEP = { ...options, pollingIntervalMs: 3_600_000 };

interface Replica {
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
let replicas: Replica[];

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

async function startReplica(given: OutboxOptions = options, producer = new SwitchedProducer()): Promise<Replica> {
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

const add = ({ database, outbox }: Replica, key: string, ...numbers: number[]) =>
  database.transaction((tx) =>
    outbox.add(
      tx,
      numbers.map((n) => ({ topic, key, type: 'COUNTED', data: { n } })),
    ),
  );

/** Two that know each other: the first holds the lease, and both hear. */
async function startTwoReplicas(): Promise<[Replica, Replica]> {
  const holder = await startReplica(NO_SWEEP, new RecordingProducer());
  holder.relay.wake();
  await eventually(
    async () => (await test.database.query('SELECT FROM outbox_relay_lease')).length > 0,
    'the lease is held',
  );
  const other = await startReplica(NO_SWEEP, new RecordingProducer());
  const listening = () =>
    test.database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 AND query LIKE 'LISTEN%'`,
      [LISTENER],
    );
  await eventually(async () => (await listening()).length === 2, 'both listen');
  return [holder, other];
}

/** So that a busy machine's relay does not lose patience with a writer. */
const leaveToWriters = () => test.database.query("UPDATE outbox SET relay_after = now() + interval '1 hour'");

/** Waits until a relay has looked at the table twice, of which its lease tells. */
async function relayLooksAgain(): Promise<void> {
  const seen = new Set<string>();
  await eventually(async () => {
    const [lease] = await test.database.query<{ until: string }>(
      'SELECT expires_at::text AS until FROM outbox_relay_lease',
    );
    return seen.add(lease?.until ?? '').size > 2;
  }, 'the relay looks twice more');
}

const waiting = async () => (await test.database.query<{ n: string }>('SELECT count(*) AS n FROM outbox'))[0]?.n;

const numberIn = ({ value }: Pick<OutgoingMessage, 'value'>) => (JSON.parse(String(value)) as { n: number }).n;

/** What a replica has handed to its producer, in order. */
const sent = ({ producer }: Replica) => producer.sends.flat().map(numberIn);

async function published(count: number): Promise<number[]> {
  const messages = await readTopic(topic, count);
  return messages.map(numberIn);
}

describe('Outbox', () => {
  it('publishes what is committed, in order per key, and then forgets it', async () => {
    const replica = await startReplica();
    await add(replica, 'a', 1, 2, 3);
    expect(await published(3)).toEqual([1, 2, 3]);
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
  });

  it('writes CloudEvents in binary mode, keyed', async () => {
    await add(await startReplica(), 'order-1', 7);
    const [message] = await readTopic(topic, 1);
    expect(message?.key?.toString()).toBe('order-1');
    const headers = Object.fromEntries(
      Object.entries(message?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(headers).toMatchObject({
      ce_specversion: '1.0',
      ce_source: '/test',
      ce_type: 'COUNTED',
      ce_subject: 'order-1',
      'content-type': 'application/json',
    });
    expect(headers['ce_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Date(headers['ce_time'] ?? '').getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('publishes an event under the id that it is given', async () => {
    const { database, outbox } = await startReplica();
    const event = { topic, key: 'a', type: 'COUNTED', data: { n: 1 }, id: 'order-1-created' };
    await database.transaction((tx) => outbox.add(tx, [event]));
    const [message] = await readTopic(topic, 1);
    expect(String(message?.headers['ce_id'])).toBe('order-1-created');
  });

  it('publishes nothing of a transaction that is rolled back', async () => {
    const replica = await startReplica();
    const failing = replica.database.transaction(async (tx) => {
      await replica.outbox.add(tx, [{ topic, key: 'a', type: 'COUNTED', data: { n: 1 } }]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await add(replica, 'a', 2);
    expect(await published(1)).toEqual([2]);
  });

  it.each([
    ['breaks its own contract', { type: 'COUNTED', data: { n: 'seven' } }],
    ['has members that its class does not know', { type: 'COUNTED', data: { n: 7, later: 1 } }],
    ['is not declared', { type: 'SAID', data: { n: 7 } }],
  ])('rejects an event that %s, and nothing of its transaction remains', async (_, event) => {
    const replica = await startReplica();
    const written = replica.database.transaction((tx) => replica.outbox.add(tx, [{ topic, key: 'a', ...event }]));
    await expect(written).rejects.toThrow(InvalidEvent);
    expect(await test.database.query('SELECT FROM outbox')).toEqual([]);
  });

  it('keeps what the broker did not take, and publishes it when the broker is back, in order', async () => {
    const replica = await startReplica();
    replica.producer.on = false;
    await add(replica, 'a', 1);
    await add(replica, 'a', 2);
    await eventually(() => replica.producer.sends.length >= 2, 'publishing was tried');
    expect(await waiting()).toBe('2');
    replica.producer.on = true;
    await add(replica, 'a', 3);
    expect(await published(3)).toEqual([1, 2, 3]);
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
  });

  it('publishes what a replica that died had committed', async () => {
    const dead = await startReplica();
    dead.producer.on = false; // it never gets to publish
    await add(dead, 'a', 1);
    await dead.close();
    await startReplica();
    expect(await published(1)).toEqual([1]);
  });

  it('leaves an event behind an unpublished one of its key to the relay, so that order is kept across replicas', async () => {
    const frozen = await startReplica();
    frozen.producer.on = false;
    const other = await startReplica();
    await add(frozen, 'a', 1);
    await add(other, 'a', 2);
    await add(other, 'b', 3);
    await eventually(() => other.producer.sends.length > 0, 'the other key is published');
    expect(other.producer.sends[0]?.map(({ key }) => key)).toEqual(['b']);
    const numbers = await published(3);
    expect(numbers.filter((n) => n !== 3)).toEqual([1, 2]);
  });

  it('publishes an event that another replica wrote behind its own as soon as that is published', async () => {
    const [holder, other] = await startTwoReplicas();
    let open = () => {};
    holder.producer.gate = new Promise((resolve) => (open = resolve));
    await add(holder, 'a', 1);
    await leaveToWriters();
    await add(other, 'a', 2);
    await relayLooksAgain();
    open();
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    expect([...new Set(sent(holder))]).toEqual([1, 2]);
    expect(sent(other)).toEqual([]);
  });

  it('publishes an event behind one of a replica without the lease as soon as that is published', async () => {
    const [holder, other] = await startTwoReplicas();
    let open = () => {};
    other.producer.gate = new Promise((resolve) => (open = resolve));
    await add(other, 'a', 1);
    await leaveToWriters();
    await add(other, 'a', 2);
    await relayLooksAgain();
    open();
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    expect(sent(other)).toEqual([1]);
    expect(sent(holder).at(-1)).toBe(2);
  });

  it('publishes at once what another replica wrote while it leaves everything to the relay', async () => {
    const [holder, other] = await startTwoReplicas();
    other.producer.on = false;
    await add(other, 'a', 1);
    await eventually(() => other.producer.sends.length > 0, 'publishing was tried');
    await add(other, 'b', 2);
    await eventually(() => sent(holder).includes(2), 'the relay has sent it');
  });

  it('leaves relaying to a replica that reaches the broker', async () => {
    const cutOff = await startReplica({ ...options, pollingIntervalMs: 50 });
    cutOff.producer.on = false;
    await add(cutOff, 'a', 1);
    await eventually(() => cutOff.producer.sends.length > 1, 'both ways were tried');
    await startReplica({ ...options, pollingIntervalMs: 50 });
    expect(await published(1)).toEqual([1]);
  });

  it('notifies nobody where nobody else has to publish', async () => {
    const replica = await startReplica();
    let heard = 0;
    const ear = new Listener({ url: test.url, applicationName: LISTENER });
    ear.listen(RELAY_CHANNEL, () => (heard += 1));
    ear.onApplicationBootstrap();
    await eventually(() => heard === 1, 'it listens');
    await add(replica, 'a', 1);
    await test.database.query('SELECT pg_notify($1, $2)', [RELAY_CHANNEL, '']);
    await eventually(() => heard > 1, 'what was notified later has come');
    expect(heard).toBe(2);
    await ear.onApplicationShutdown();
  });

  it('lets one replica relay at a time', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    await test.database.query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT $1, convert_to('k' || n, 'UTF8'), '{}', convert_to('{"n":' || n || '}', 'UTF8'), now() FROM generate_series(1, 700) n`,
      [topic],
    );
    first.relay.wake();
    second.relay.wake();
    expect((await published(700)).length).toBe(700);
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    const relayed = [first, second].map(({ producer }) => producer.sends.flat().length);
    expect(relayed.sort((a, b) => a - b)).toEqual([0, 700]);
  });

  it('never relays an event past an earlier one of its key that it had to skip', async () => {
    const relaying = await startReplica(NO_SWEEP, new RecordingProducer());
    let open = () => {};
    relaying.producer.gate = new Promise((resolve) => (open = resolve));
    await test.database.query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT $1, convert_to(CASE WHEN n IN (1, 2, 700) THEN 'a' ELSE 'k' || n END, 'UTF8'), '{}', convert_to('{"n":' || n || '}', 'UTF8'),
              CASE n WHEN 1 THEN now() + interval '1 hour' ELSE now() END
       FROM generate_series(1, 700) n ORDER BY n`,
      [topic],
    );
    relaying.relay.wake();
    await eventually(() => relaying.producer.sends.length === 1, 'a part is under way');
    await test.database.query(`DELETE FROM outbox WHERE relay_after > now()`); // its writer has published the first
    open();
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty');
    expect(sent(relaying).filter((n) => n === 2 || n === 700)).toEqual([2, 700]);
  });

  it('keeps the order of first occurrence though a replica that relayed was frozen and wakes up late', async () => {
    const delivered: OutgoingMessage[] = [];
    const [frozen, other] = [new RecordingProducer(delivered), new RecordingProducer(delivered)];
    const polling = { ...options, pollingIntervalMs: 50 };
    const before = await startReplica(NO_SWEEP, frozen);
    let thaw = () => {};
    frozen.gate = new Promise((resolve) => (thaw = resolve));
    await test.database.query(
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT $1, convert_to('k' || n % 7, 'UTF8'), '{}', convert_to('{"n":' || n || '}', 'UTF8'), now() FROM generate_series(1, 700) n ORDER BY n`,
      [topic],
    );
    before.relay.wake();
    await eventually(() => frozen.sends.length === 1, 'it relays');
    const after = await startReplica(polling, other);
    for (let n = 701; n <= 714; n += 1) await add(after, `k${n % 7}`, n);
    await test.database.query('UPDATE outbox_relay_lease SET expires_at = now()');
    await eventually(async () => (await waiting()) === '0', 'the other has relayed it all');
    thaw();
    await eventually(() => delivered.length > 714, 'the frozen one repeats');
    const firsts = [...new Set(delivered.map(numberIn))];
    for (let key = 0; key < 7; key += 1) {
      const ofKey = firsts.filter((n) => n % 7 === key);
      expect(ofKey).toEqual(Array.from({ length: 102 }, (_, turn) => turn * 7 + (key || 7)));
    }
  });

  it('publishes a long backlog whole, in order per key and in full batches, once the broker is back', async () => {
    const producer = new RecordingProducer();
    const replica = await startReplica({ ...options, maxWaiting: 100_000, pollingIntervalMs: 50 }, producer);
    producer.on = false;
    for (let first = 0; first < 20_000; first += 1_000) {
      const numbers = Array.from({ length: 1_000 }, (_, n) => first + n);
      await replica.database.transaction((tx) =>
        replica.outbox.add(
          tx,
          numbers.map((n) => ({ topic, key: `k${n % 3_000}`, type: 'COUNTED', data: { n } })),
        ),
      );
    }
    expect(await waiting()).toBe('20000');
    const tries = producer.sends.length;
    producer.on = true;
    await eventually(async () => (await waiting()) === '0', 'the outbox is empty', 120_000);
    const latest = new Map<number, number>();
    for (const n of new Set(producer.delivered.map(numberIn))) {
      expect(n).toBe((latest.get(n % 3_000) ?? (n % 3_000) - 3_000) + 3_000);
      latest.set(n % 3_000, n);
    }
    expect(new Set(producer.delivered.map(numberIn)).size).toBe(20_000);
    expect(producer.sends.length - tries).toBeLessThan(50); // 40, and what is tried twice around the broker's return
  }, 180_000);

  it('isolates an event that the broker rejects: only its own key waits, until an operator discards it', async () => {
    const replica = await startReplica();
    const large = { topic, key: 'a', type: 'COUNTED', data: { n: 1, padding: 'x'.repeat(2 * 1024 * 1024) } };
    await replica.database.transaction((tx) => replica.outbox.add(tx, [large]));
    await add(replica, 'a', 2);
    await add(replica, 'b', 3);
    const rejected = new RejectedEventsRepository(replica.database);
    const marked = () => rejected.list({ after: null, limit: 10 });
    await eventually(async () => (await marked()).length === 1, 'it is marked');
    expect(new Set(await published(1))).toEqual(new Set([3])); // perhaps twice: it shared a send with the rejected one
    expect(await waiting()).toBe('2');
    for (const { position } of await marked())
      await replica.database.transaction((tx) => rejected.discard(tx, position));
    await eventually(async () => (await waiting()) === '0', 'what waited behind it is published');
    await eventually(async () => (await published(1)).includes(2), 'and arrives');
  });

  it('rejects more when too much waits for the broker, and takes it again when there is room', async () => {
    const replica = await startReplica();
    await test.database.query(
      `INSERT INTO outbox (topic, headers, relay_after) SELECT 't', '{}', now() + interval '1 hour' FROM generate_series(1, 1000)`,
    );
    await replica.watch.look();
    await expect(add(replica, 'a', 1)).rejects.toThrow(OutboxFull);
    await test.database.query('TRUNCATE outbox');
    await replica.watch.look();
    await add(replica, 'a', 2);
    expect(await published(1)).toEqual([2]);
  });
});

describe('what the outbox shows of itself', () => {
  it('counts what is published, from memory and by the relay', async () => {
    const replica = await startReplica();
    await add(replica, 'a', 1, 2);
    const by = (from: string) => sample(replica.metrics, `outbox_published_total{from="${from}"}`);
    await eventually(async () => (await by('memory')) === 2, 'both are published from memory');
    await test.database.query(
      "INSERT INTO outbox (topic, headers, value, relay_after) VALUES ($1, '{}', '{}', now())",
      [topic],
    );
    await eventually(async () => (await by('relay')) === 1, 'what was left behind is relayed');
    expect(await sample(replica.metrics, `kafka_producer_messages_total{topic="${topic}"}`)).toBe(3);
  });

  it('knows how much waits and for how long, without what Kafka rejects', async () => {
    const { watch, metrics } = await startReplica();
    await test.database.query(
      `INSERT INTO outbox (topic, headers, relay_after, added_at, rejection)
       VALUES ('t', '{}', now() + interval '1 hour', now() - interval '1 hour', 'too large'),
              ('t', '{}', now() + interval '1 hour', now() - interval '100 seconds', NULL),
              ('t', '{}', now() + interval '1 hour', now(), NULL)`,
    );
    await watch.look();
    expect(await sample(metrics, 'outbox_messages')).toBe(3);
    expect(await sample(metrics, 'outbox_rejected_messages')).toBe(1);
    const age = (await sample(metrics, 'outbox_oldest_age_seconds')) ?? 0;
    expect(age).toBeGreaterThanOrEqual(100);
    expect(age).toBeLessThan(1_000);
    await test.database.query('TRUNCATE outbox');
    await watch.look();
    expect(await sample(metrics, 'outbox_oldest_age_seconds')).toBe(0);
  });
});

describe('InboxPurge', () => {
  it('forgets only what is older than anything a topic can still deliver', async () => {
    await test.database.query(
      `INSERT INTO inbox SELECT 'shop', '/test', age, now() - age::interval FROM unnest(ARRAY['26 hours', '24 hours', '1 hour']) age`,
    );
    await new InboxPurge(test.database, options).execute();
    const left = await test.database.query<{ event_id: string }>('SELECT event_id FROM inbox ORDER BY handled_at');
    expect(left.map(({ event_id }) => event_id)).toEqual(['24 hours', '1 hour']);
  });
});
