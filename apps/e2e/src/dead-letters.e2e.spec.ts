import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { isSameMessage } from '../../../testing/chaos/checks/same-message.ts';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { toCopy, toParkedMessage, type ParkedRow } from '../../../testing/chaos/observer/parked-message.ts';
import { Client, type HttpResponse } from './system/client.js';
import { eventually } from './system/eventually.js';
import { HOURS_BETWEEN_RETRIES, letRetriesBeDue } from './system/let-retries-be-due.js';
import { GROUPS, makePoisons, type PoisonKind, reservedForUnknown } from './inputs/poisons.js';
import { type ServiceName, SERVICES, System } from './system/system.js';
import { type StoredMessage, readTopic, send } from './system/topics.js';

const TOPIC = 'order-events';
const ITEM = 'ITEM-PLENTY';
const COPIES = 26;
const AT_ONCE = 5;

const poisons = makePoisons(COPIES);
const unknownOrders = ['01a20a1d-3502-7688-9689-0e41c380fa7b', '01a20a1d-3502-7688-9689-0e41c380fa7c'];
const orders: string[] = [];

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;

beforeAll(async () => {
  system = await System.prepare();
  await Promise.all([system.startKafka(), system.startPostgres()]);
  for (const name of SERVICES) {
    system.startService(name, { KAFKA_TOPIC_PARTITIONS: '1', RETRY_MAX_ATTEMPTS: '2', ...HOURS_BETWEEN_RETRIES });
  }
  await system.whenReady();
  client = new Client(system);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
  await client.post('inventory-service', '/inventory', { itemId: ITEM, name: 'Plenty', onHand: 10_000 });
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

async function place(): Promise<string> {
  const order = { customerId: 'CUST-good', items: [{ itemId: ITEM, quantity: 1 }], totalAmount: 1 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

/** The number of parked messages of a service, by status. */
async function countByStatus(service: ServiceName): Promise<Record<string, number>> {
  return (await client.get(service, '/health')).body.checks['dead-letters'].facts;
}

const parkedBy = async (service: ServiceName) =>
  (await databases.query<ParkedRow>(service, 'SELECT * FROM parked_messages ORDER BY position')).map(toParkedMessage);

/** The poison messages in the topic, in the order of offsets, each with its kind. */
let sent: { kind: PoisonKind; message: StoredMessage }[];

async function readPoisons() {
  const good = new Set(orders);
  const kept = (await readTopic(kafka, TOPIC)).filter(({ key }) => !good.has(String(key)));
  expect(kept.length).toBe(poisons.length);
  return kept.map((message, n) => ({ ...at(poisons, n), message }));
}

const sentTo = (group: ServiceName) => sent.filter(({ kind }) => kind.groups.includes(group));

describe('five hundred poison messages between good events on one partition', () => {
  it('delay no good event, not even for their retries', async () => {
    expect(poisons.length).toBeGreaterThanOrEqual(500);
    for (let start = 0; start < poisons.length; start += AT_ONCE) {
      orders.push(await place());
      const some = poisons.slice(start, start + AT_ONCE);
      await send(
        kafka,
        TOPIC,
        some.map(({ message }) => message),
      );
    }
    await send(kafka, 'inventory-events', unknownOrders.map(reservedForUnknown));
    orders.push(await place());
    sent = await readPoisons();
    await eventually('every order is confirmed', async () => {
      const { body } = await client.get('order-service', '/orders?customerId=CUST-good&status=CONFIRMED&limit=200');
      return body.data.length === orders.length;
    });
    await eventually('the customer is notified of every order', async () => {
      const query = 'customerId=CUST-good&type=ORDER_CREATED&status=SENT&limit=200';
      return (await client.get('notification-service', `/notifications?${query}`)).body.length === orders.length;
    });
    const retried = poisons.filter(({ kind }) => kind.groups.length === 1);
    expect((await countByStatus('inventory-service'))['RETRYING']).toBe(retried.length);
    expect((await countByStatus('order-service'))['RETRYING']).toBe(unknownOrders.length);
  });

  it('become dead letters after their retries, and do not trip the kill switch', async () => {
    for (const service of ['inventory-service', 'order-service'] as const) await letRetriesBeDue(databases, service);
    for (const service of SERVICES) {
      const dead = service === 'order-service' ? unknownOrders.length : sentTo(service).length;
      await eventually(`${service} has exhausted all retries`, async () => {
        const { RETRYING, OPEN } = await countByStatus(service);
        return RETRYING === undefined && OPEN === dead;
      });
      expect((await client.get(service, '/health')).body.checks['kill-switch'].status).toBe('up');
    }
    const unknown = await parkedBy('order-service');
    expect(unknown.map(({ errorCode, key }) => [errorCode, String(key)])).toEqual(
      unknownOrders.map((orderId) => ['ORDER_UNKNOWN', orderId]),
    );
  });

  it.each(GROUPS)('are exactly one dead letter each of %s, byte for byte', async (group) => {
    const expected = sentTo(group);
    const letters = (await parkedBy(group)).sort(byOffset);
    expect(letters.map(({ place, errorCode }) => [place, errorCode])).toEqual(
      expected.map(({ kind, message }) => [placeOf(message), kind.code]),
    );
    const altered = expected.filter(({ message }, n) => !isSameMessage(at(letters, n), message));
    expect(altered.map(({ kind }) => kind.name)).toEqual([]);
  });

  it.each(GROUPS)('are in the dead-letter topic of %s, byte for byte, and nothing else is', async (group) => {
    await eventually('all are published', async () => (await countOutbox(group)) === 0);
    const copies = (await readTopic(kafka, `${TOPIC}.${group}.dead-letter`)).map(toCopy);
    // Published at least once, so the same dead letter may be there twice.
    const letters = [...new Map(copies.map((copy) => [copy.place, copy])).values()].sort(byOffset);
    expect(letters.map(({ place, headers }) => [place, String(headers['dead_letter_error_code'])])).toEqual(
      sentTo(group).map(({ kind, message }) => [placeOf(message), kind.code]),
    );
    const originals = new Map(sentTo(group).map(({ message }) => [placeOf(message), message]));
    const altered = copies.filter((copy) => !isSameMessage(copy, originals.get(copy.place) as StoredMessage));
    expect(altered.map(({ place }) => place)).toEqual([]);
  });
});

describe('a dead letter', () => {
  it.each(GROUPS)('can be read over HTTP of %s, byte for byte', async (group) => {
    const ofEachKind = new Map(sentTo(group).map((poison) => [poison.kind.name, poison]));
    const letters = await databases.query(group, 'SELECT id, "offset" FROM parked_messages');
    const ids = new Map(letters.map(({ id, offset }) => [Number(offset), id]));
    for (const { kind, message } of ofEachKind.values()) {
      const { body } = await client.get(group, `/dead-letters/${ids.get(message.offset)}`);
      const shown = {
        key: bytesOf(body.key, body.keyEncoding),
        value: bytesOf(body.value, body.valueEncoding),
        headers: byName(body.headers),
      };
      expect([kind.name, isSameMessage(shown, message)]).toEqual([kind.name, true]);
    }
  });

  it('can be shown, dry-run, replayed and discarded', async () => {
    const [letter] = (await client.get('inventory-service', '/dead-letters?errorCode=DATA_INVALID&limit=1')).body.data;
    const path = `/dead-letters/${letter.id}`;
    const dryRun = await client.post('inventory-service', `${path}/replay?dryRun=true`, {});
    expect(dryRun.body).toMatchObject({ outcome: 'FAILS', errorCode: 'DATA_INVALID' });
    const replay = await client.post('inventory-service', `${path}/replay`, {});
    expect(replay.status).toBe(422);
    expect(replay.headers.get('content-type')).toContain('application/problem+json');
    expect(replay.body).toMatchObject({ title: 'Unprocessable Entity', errorCode: 'DATA_INVALID', attempts: 2 });
    expect((await client.post('inventory-service', `${path}/discard`, {})).body.errors[0].pointer).toBe('#/reason');
    const discard = await client.post('inventory-service', `${path}/discard`, { reason: 'poison' });
    expect(discard.body).toMatchObject({ id: letter.id, status: 'DISCARDED' });
    expect((await client.post('inventory-service', `${path}/discard`, { reason: 'again' })).status).toBe(409);
    expect((await client.get('inventory-service', path)).body.acts.length).toBe(4);
    const other = await countByStatus('notification-service');
    expect(other['OPEN']).toBe(sentTo('notification-service').length); // another group's are its own
  });
});

async function countOutbox(service: ServiceName): Promise<number> {
  const [row] = await databases.query<{ n: number }>(service, 'SELECT count(*)::int AS n FROM outbox');
  return row?.n ?? NaN;
}

const placeOf = ({ topic, partition, offset }: StoredMessage) => `${topic}[${partition}] ${offset}`;

/** The messages of one partition. */
function byOffset(one: { readonly place: string }, other: { readonly place: string }): number {
  return Number(one.place.split(' ')[1]) - Number(other.place.split(' ')[1]);
}

function at<Value>(values: readonly Value[], n: number): Value {
  const value = values[n];
  if (value === undefined) throw new Error(`there is no number ${n}`);
  return value;
}

const bytesOf = (text: string | null, encoding: BufferEncoding | null) =>
  text === null ? null : Buffer.from(text, encoding ?? 'utf8');

/** Headers as in kafkajs: a list if a name occurs several times. */
function byName(headers: readonly HttpResponse['body'][]): Record<string, Buffer | Buffer[]> {
  const found: Record<string, unknown> = {};
  for (const { name, value, encoding } of headers) {
    const bytes = bytesOf(value, encoding);
    found[name] = name in found ? [found[name], bytes].flat() : bytes;
  }
  return found as Record<string, Buffer | Buffer[]>;
}
