import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type OutgoingMessage, Producer } from '@orderflow/kafka';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '@orderflow/kafka/testing';
import type { Database } from '@orderflow/postgres';
import { createTestDatabase, type TestDatabase } from '@orderflow/postgres/testing';
import { Outbox } from './outbox.js';
import { OUTBOX_MIGRATIONS } from './outbox.module.js';
import { OutboxPublisher } from './outbox.publisher.js';
import { OutboxRelay } from './outbox.relay.js';

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

interface Replica {
  readonly database: Database;
  readonly producer: SwitchedProducer;
  readonly outbox: Outbox;
  readonly relay: OutboxRelay;
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
  const outbox = new Outbox({ source: '/test' }, publisher, relay);
  relay.onApplicationBootstrap();
  const close = async () => {
    await publisher.onApplicationShutdown();
    await relay.onApplicationShutdown();
    await producer.onApplicationShutdown();
  };
  const replica = { database, producer, outbox, relay, close };
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
});
