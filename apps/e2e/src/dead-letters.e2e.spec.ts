import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type IHeaders, Kafka, logLevel, type Message } from 'kafkajs';
import pg from 'pg';
import { type Answer, Client } from './client.js';
import { eventually } from './eventually.js';
import { type ServiceName, SERVICES, System } from './system.js';

const TOPIC = 'order-events';
const GROUPS = ['inventory-service', 'notification-service'] as const;
const CLI = fileURLToPath(new URL('../../../tools/dead-letters/dead-letters.mjs', import.meta.url));
const ABSURD_LEVELS = 10_000;

let system: System;
let client: Client;
let kafka: Kafka;

beforeAll(async () => {
  system = await System.prepare();
  await Promise.all([system.startKafka(), system.startPostgres()]);
  for (const name of SERVICES) {
    system.startService(name, {
      KAFKA_TOPIC_PARTITIONS: '1',
      RETRY_MAX_ATTEMPTS: '2',
      RETRY_FIRST_DELAY_MS: '50',
    });
  }
  await system.whenReady();
  client = new Client(system);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
});
afterAll(async () => {
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

interface Kept {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly offset: string;
}

const nested = (levels: number) => `{"orderId":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const created = (headers: IHeaders = {}) => ({
  ce_specversion: '1.0',
  ce_id: randomBytes(8).toString('hex'),
  ce_source: '/poison',
  ce_type: 'ORDER_CREATED',
  ...headers,
});
const json = (data: unknown) => JSON.stringify(data);
const item = { itemId: 'ITEM-001', quantity: 1 };

const poisons: [name: string, code: string, message: Message][] = [
  ['no type', 'CE_TYPE_MISSING', { key: 'p1', value: json({}), headers: { ce_id: '1' } }],
  ['no headers at all', 'CE_TYPE_MISSING', { key: 'p2', value: json({}) }],
  ['a null value', 'VALUE_UNDECODABLE', { key: 'p3', value: null, headers: created() }],
  ['no JSON', 'VALUE_UNDECODABLE', { key: 'p4', value: Buffer.from([0x7b, 0xff, 0x00]), headers: created() }],
  ['a list', 'VALUE_UNDECODABLE', { key: 'p5', value: '[1, 2]', headers: created() }],
  [
    'wrong types',
    'DATA_INVALID',
    { key: 'p6', value: json({ orderId: 7, customerId: {}, items: 'x', totalAmount: '1' }), headers: created() },
  ],
  ['missing fields', 'DATA_INVALID', { key: 'p7', value: json({ orderId: 'o', items: [item] }), headers: created() }],
  ['absurd nesting', 'DATA_INVALID', { key: 'p8', value: nested(ABSURD_LEVELS), headers: created() }],
  [
    'absurd nesting that ends nowhere',
    'VALUE_UNDECODABLE',
    { key: 'p9', value: '{"a":'.repeat(ABSURD_LEVELS), headers: created() },
  ],
  ['900 kB', 'DATA_INVALID', { key: 'p10', value: json({ orderId: 'x'.repeat(900_000) }), headers: created() }],
  ['a key that is no text', 'DATA_INVALID', { key: Buffer.from([0xff, 0x00, 0xfe]), value: '{}', headers: created() }],
  ['a key without end', 'DATA_INVALID', { key: randomBytes(5_000), value: '{}', headers: created() }],
  ['no key', 'DATA_INVALID', { key: null, value: '{}', headers: created() }],
  ['an empty key and value', 'VALUE_UNDECODABLE', { key: '', value: '', headers: created() }],
  ['repeated headers', 'DATA_INVALID', { key: 'p12', value: '{}', headers: created({ twice: ['1', '2'] }) }],
  [
    'bytes in headers',
    'DATA_INVALID',
    { key: 'p13', value: '{}', headers: created({ 'na\0me': Buffer.from([0xff]) }) },
  ],
  ['an id that is no text', 'DATA_INVALID', { key: 'p14', value: '{}', headers: created({ ce_id: 'a\0b' }) }],
  ['a broken id', 'DATA_INVALID', { key: 'p15', value: '{}', headers: created({ ce_id: Buffer.from([0xff]) }) }],
  ['another broken id', 'DATA_INVALID', { key: 'p16', value: '{}', headers: created({ ce_id: Buffer.from([0xfe]) }) }],
];
async function place(customerId: string): Promise<string> {
  const order = { customerId, items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount: 1 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

async function reaches(orderId: string, status: string): Promise<void> {
  await eventually(`order ${orderId} is ${status}`, async () => {
    return (await client.get('order-service', `/orders/${orderId}`)).body.status === status;
  });
}

/** Everything that is in a topic now. */
async function read(topic: string, count: number): Promise<Kept[]> {
  const consumer = kafka.consumer({ groupId: `test-${randomBytes(4).toString('hex')}` });
  const kept: Kept[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers = {}, offset } }) =>
      void kept.push({ key, value, headers, offset }),
  });
  await eventually(`${count} messages in ${topic}`, () => kept.length >= count);
  await consumer.disconnect();
  return kept;
}

async function deadLettersOf(service: ServiceName): Promise<Answer['body'][]> {
  return (await client.get(service, '/dead-letters?limit=200')).body.data;
}

function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const bytesOf = (text: string | null, encoding: BufferEncoding | null) =>
  text === null ? null : Buffer.from(text, encoding ?? 'utf8');

describe('poison between good events on one partition', () => {
  const orders: string[] = [];

  it('stops no good event', async () => {
    const producer = kafka.producer();
    await producer.connect();
    for (const [, , message] of poisons) {
      orders.push(await place('CUST-poison'));
      await producer.send({ topic: TOPIC, messages: [message] });
    }
    orders.push(await place('CUST-poison'));
    await producer.disconnect();
    for (const orderId of orders) await reaches(orderId, 'CONFIRMED');
    await eventually('the customer is told of every order', async () => {
      const { body } = await client.get(
        'notification-service',
        '/notifications?customerId=CUST-poison&type=ORDER_CREATED&status=SENT&limit=200',
      );
      return body.length === orders.length;
    });
  });

  it.each(GROUPS)('is in exactly one dead letter each of %s, byte for byte', async (group) => {
    const originals = (await read(TOPIC, orders.length + poisons.length)).filter(
      ({ key }) => !orders.includes(String(key)),
    );
    expect(originals.length).toBe(poisons.length);
    await eventually('all are set aside', async () => (await deadLettersOf(group)).length >= poisons.length);
    const letters = (await deadLettersOf(group)).reverse();
    expect(letters.map(({ offset }) => offset)).toEqual(originals.map(({ offset }) => offset));
    expect(letters.map(({ errorCode }) => errorCode)).toEqual(poisons.map(([, code]) => code));
    expect(new Set(letters.map(({ status }) => status))).toEqual(new Set(['OPEN']));
    for (const [n, { id }] of letters.entries()) {
      const { body } = await client.get(group, `/dead-letters/${id}`);
      const { key, value, headers } = originals[n] as Kept;
      expect(bytesOf(body.key, body.keyEncoding)).toEqual(key && Buffer.from(key));
      // Compared as a whole: a difference within a megabyte would be printed for minutes.
      expect(Buffer.compare(bytesOf(body.value, body.valueEncoding) ?? Buffer.alloc(0), value ?? Buffer.alloc(0))).toBe(
        0,
      );
      expect(body.value === null).toBe(value === null);
      expect(byName(body.headers)).toEqual(headers);
    }
  });

  it.each(GROUPS)('is copied to the dead-letter topic of %s, once each', async (group) => {
    const originals = (await read(TOPIC, orders.length + poisons.length)).filter(
      ({ key }) => !orders.includes(String(key)),
    );
    const copies = await read(`${TOPIC}.${group}.dead-letter`, poisons.length);
    const offsetOf = ({ headers }: Kept) => Number(headers['dead_letter_offset']);
    copies.sort((one, other) => offsetOf(one) - offsetOf(other));
    expect(copies.map(withoutReasons)).toEqual(originals.map(({ key, value, headers }) => ({ key, value, headers })));
    expect(copies.map(({ headers }) => String(headers['dead_letter_error_code']))).toEqual(
      poisons.map(([, code]) => code),
    );
  });

  it('can be shown, rehearsed, replayed and discarded', async () => {
    const [letter] = (await client.get('inventory-service', '/dead-letters?errorCode=DATA_INVALID&limit=1')).body.data;
    const path = `/dead-letters/${letter.id}`;
    const rehearsal = await client.post('inventory-service', `${path}/replay?rehearse=true`, {});
    expect(rehearsal.body).toMatchObject({ outcome: 'FAILS', errorCode: 'DATA_INVALID' });
    const replay = await client.post('inventory-service', `${path}/replay`, {});
    expect(replay.status).toBe(422);
    expect(replay.headers.get('content-type')).toContain('application/problem+json');
    expect(replay.body).toMatchObject({ title: 'Unprocessable Entity', errorCode: 'DATA_INVALID', attempts: 2 });
    expect((await client.post('inventory-service', `${path}/discard`, {})).body.errors[0].pointer).toBe('#/reason');
    const discard = await client.post('inventory-service', `${path}/discard`, { reason: 'poison' });
    expect(discard.body).toMatchObject({ id: letter.id, status: 'DISCARDED' });
    expect((await client.post('inventory-service', `${path}/discard`, { reason: 'again' })).status).toBe(409);
    expect((await client.get('inventory-service', path)).body.acts.length).toBe(4);
    const other = (await client.get('notification-service', `/dead-letters?status=OPEN&limit=200`)).body.data;
    expect(other.length).toBe(poisons.length); // another group's are its own
  });
});

describe('an event whose handler fails until it is mended', () => {
  const inventory = async (sql: string) => {
    const database = new pg.Client({ connectionString: system.databaseUrl('inventory-service') });
    await database.connect();
    await database.query(sql);
    await database.end();
  };

  it('is a dead letter, with what follows of its order behind it, and one replay by command line releases both', async () => {
    await inventory(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.customer_id = 'CUST-broken' THEN RAISE EXCEPTION 'a bad deploy'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const orderId = await place('CUST-broken');
    const neighbour = await place('CUST-fine');
    const letters = async () =>
      (await client.get('inventory-service', `/dead-letters?key=${orderId}`)).body.data as Answer['body'][];
    await eventually('it is given up', async () => (await letters())[0]?.status === 'OPEN');
    await client.post('order-service', `/orders/${orderId}/cancel`, {});
    await eventually('its cancellation waits', async () => (await letters())[0]?.status === 'BLOCKED');
    await reaches(neighbour, 'CONFIRMED');

    const service = ['--service', system.url('inventory-service')];
    const listed = await cli('list', ...service, '--key', orderId, '--json');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    const [blocked, head] = JSON.parse(listed.stdout);
    expect([head.eventType, head.status, head.errorCode]).toEqual(['ORDER_CREATED', 'OPEN', 'SQLSTATE_P0001']);
    expect([blocked.eventType, blocked.status]).toEqual(['ORDER_CANCELLED', 'BLOCKED']);
    const tooEarly = await cli('replay', blocked.id, ...service);
    expect([tooEarly.code, tooEarly.stderr]).toEqual([1, expect.stringContaining(head.id)]);
    expect((await cli('rehearse', head.id, ...service)).code).toBe(1);

    await inventory('DROP TRIGGER refuse ON reservations');
    const rehearsal = JSON.parse((await cli('rehearse', head.id, ...service, '--json')).stdout);
    expect(rehearsal.outcome).toBe('WORKS');
    expect(rehearsal.writes).toContainEqual({ table: 'reservations', inserted: 1, updated: 0, deleted: 0 });
    expect(rehearsal.publishes).toMatchObject([{ type: 'INVENTORY_RESERVED', key: orderId, data: { orderId } }]);
    expect((await client.get('inventory-service', `/reservations/${orderId}`)).status).toBe(404);
    expect(await cli('replay', head.id, ...service)).toMatchObject({ code: 0, stderr: '' });
    await eventually('what waited behind it follows', async () => {
      return (await client.get('inventory-service', `/reservations/${orderId}`)).body.status === 'RELEASED';
    });
    expect((await letters()).map(({ status }) => status)).toEqual(['REPLAYED']);
    const audit = JSON.parse((await cli('audit', ...service, '--limit', '4', '--json')).stdout);
    expect(audit.map(({ act, outcome }: Answer['body']) => `${act} ${outcome}`)).toEqual([
      'REPLAY DONE',
      'REHEARSE DONE',
      'REHEARSE FAILED',
      'REPLAY REFUSED',
    ]);
  });
});

function withoutReasons({ key, value, headers }: Kept) {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('dead_letter_'));
  return { key, value, headers: Object.fromEntries(own) };
}

/** Headers as kafkajs shows them: a list where a name occurs several times. */
function byName(headers: readonly Answer['body'][]): IHeaders {
  const found: Record<string, unknown> = {};
  for (const { name, value, encoding } of headers) {
    const bytes = bytesOf(value, encoding);
    found[name] = name in found ? [found[name], bytes].flat() : bytes;
  }
  return found as IHeaders;
}
