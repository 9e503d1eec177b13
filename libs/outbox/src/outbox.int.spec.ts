import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HealthRegistry } from '@orderflow/observability';
import { type OutgoingMessage, Producer } from '@orderflow/kafka';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '@orderflow/kafka/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { InboxPurge } from './inbox.purge.js';
import { Outbox } from './outbox.js';
import { OUTBOX_MIGRATIONS } from './outbox.module.js';
import { OutboxPublisher } from './outbox.publisher.js';
import { OutboxFull } from './outbox.options.js';
import { OutboxRelay } from './outbox.relay.js';
import { OutboxWatch } from './outbox.watch.js';

/** The real producer, behind a switch. */
class SwitchedProducer extends Producer {
  on = true;
  readonly sends: (readonly OutgoingMessage[])[] = [];

  override async send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.sends.push(messages);
    if (!this.on) throw new Error('the broker is away');
    await super.send(messages);
  }
}

const options = { source: '/test', topicRetentionMs: 3_600_000, maxWaiting: 1_000 };

interface Replica {
  readonly database: Database;
  readonly producer: SwitchedProducer;
  readonly outbox: Outbox;
  readonly relay: OutboxRelay;
  readonly watch: OutboxWatch;
  readonly close: () => Promise<void>;
}

let test: TestDatabase;
let topic: string;
let replicas: Replica[];

beforeAll(async () => {
  test = await createTestDatabase([OUTBOX_MIGRATIONS]);
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

async function startReplica(): Promise<Replica> {
  const database = await test.connect();
  const producer = new SwitchedProducer(testKafkaOptions());
  const publisher = new OutboxPublisher(producer, database);
  const relay = new OutboxRelay(producer, database);
  const watch = new OutboxWatch(database, options, new HealthRegistry());
  const outbox = new Outbox(options, publisher, relay, watch);
  relay.onApplicationBootstrap();
  const close = async () => {
    await publisher.onApplicationShutdown();
    await relay.onApplicationShutdown();
    await producer.onApplicationShutdown();
  };
  const replica = { database, producer, outbox, relay, watch, close };
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

const waiting = async () => (await test.database.query<{ n: string }>('SELECT count(*) AS n FROM outbox'))[0]?.n;

async function published(count: number): Promise<number[]> {
  const messages = await readTopic(topic, count);
  return messages.map(({ value }) => (JSON.parse(value?.toString() ?? '') as { n: number }).n);
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

  it('isolates an event that the broker refuses: only its own key waits, until an operator discards it', async () => {
    const replica = await startReplica();
    const large = { topic, key: 'a', type: 'COUNTED', data: { n: 1, padding: 'x'.repeat(2 * 1024 * 1024) } };
    await replica.database.transaction((tx) => replica.outbox.add(tx, [large]));
    await add(replica, 'a', 2);
    await add(replica, 'b', 3);
    const refused = () =>
      replica.database.query<{ refusal: string }>('SELECT refusal FROM outbox WHERE refusal IS NOT NULL');
    await eventually(async () => (await refused()).length === 1, 'it is marked');
    expect(new Set(await published(1))).toEqual(new Set([3])); // perhaps twice: it shared a send with the refused one
    expect(await waiting()).toBe('2');
    await replica.database.query('DELETE FROM outbox WHERE refusal IS NOT NULL');
    await eventually(async () => (await waiting()) === '0', 'what waited behind it is published');
    await eventually(async () => (await published(1)).includes(2), 'and arrives');
  });

  it('refuses more when too much waits for the broker, and takes it again when there is room', async () => {
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
