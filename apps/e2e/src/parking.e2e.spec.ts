import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { withAdmin } from '../../../testing/kafka/connect.ts';
import { readLag } from '../../../testing/kafka/lag.ts';
import { Client, type HttpResponse } from './system/client.js';
import { deadLetters } from './system/dead-letters-command.js';
import { dumpTables, readEnds } from './system/dump.js';
import { eventually } from './system/eventually.js';
import { HOURS_BETWEEN_RETRIES, letRetriesBeDue } from './system/let-retries-be-due.js';
import { OrderDriver } from './system/order-driver.js';
import { type ServiceName, SERVICES, System } from './system/system.js';
import { readTopic, rewindGroups, send } from './system/topics.js';

const ATTEMPTS = 6;

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;
let orders: OrderDriver;

const start = (name: ServiceName) =>
  system.startService(name, { RETRY_MAX_ATTEMPTS: String(ATTEMPTS), ...HOURS_BETWEEN_RETRIES });

beforeAll(async () => {
  system = await System.prepare();
  await Promise.all([system.startKafka(), system.startPostgres()]);
  SERVICES.forEach(start);
  await system.whenReady();
  client = new Client(system);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
  orders = new OrderDriver(client, kafka, databases);
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

describe('an order whose handler fails three times and then works', () => {
  /** A failed attempt is rolled back, so the condition counts attempts by the parked message. */
  const untilThreeFailed = `NOT EXISTS (SELECT FROM parked_messages
    WHERE key = convert_to(NEW.order_id, 'UTF8') AND attempts >= 3)`;

  beforeAll(() => orders.breakHandler({ name: 'fail_thrice', customerId: 'CUST-thrice', condition: untilThreeFailed }));

  it.each([
    ['', async () => undefined],
    [
      ', even if the replica is killed between the attempts',
      async () => {
        await system.killService('inventory-service');
        start('inventory-service');
        await system.whenReady(['inventory-service']);
      },
    ],
  ])('blocks its later events, not other orders, and all take effect in order%s', async (_, betweenAttempts) => {
    const orderId = await orders.place('CUST-thrice');
    await orders.whenParked(orderId, [{ status: 'RETRYING', attempts: 1 }]);
    await orders.close(orderId, 'cancel');
    await orders.whenParked(orderId, [{ status: 'RETRYING' }, { status: 'BLOCKED', attempts: 0 }]);
    for (const attempts of [2, 3]) {
      await betweenAttempts();
      await letRetriesBeDue(databases, 'inventory-service');
      await orders.whenParked(orderId, [
        { status: 'RETRYING', attempts },
        { status: 'BLOCKED', attempts: 0 },
      ]);
      await orders.whenOrderIs(await orders.place('CUST-neighbour'), 'CONFIRMED');
    }
    await betweenAttempts();
    await letRetriesBeDue(databases, 'inventory-service');
    await orders.whenReservationIs(orderId, 'RELEASED');
    await orders.whenParked(orderId, []);
    await eventually('the outbox is empty', async () => (await orders.countOf('inventory-service', 'outbox')) === 0);
    expect(await orders.repliesTo(orderId)).toEqual(['INVENTORY_RESERVED', 'INVENTORY_RELEASED']);
  });
});

describe('an order whose handler fails until it is fixed', () => {
  beforeAll(() => orders.breakHandler({ name: 'fail', customerId: 'CUST-broken' }));

  /** Uses up all retries of an order. */
  async function exhaustRetries(orderId: string): Promise<void> {
    for (let attempts = 1; attempts < ATTEMPTS; attempts += 1) {
      await orders.whenParked(orderId, [{ status: 'RETRYING', attempts }]);
      await letRetriesBeDue(databases, 'inventory-service');
    }
    await orders.whenParked(orderId, [{ status: 'OPEN', attempts: ATTEMPTS }]);
  }

  it('is a dead letter that blocks later events of its order, and one replay by command line releases both', async () => {
    const orderId = await orders.place('CUST-broken');
    await exhaustRetries(orderId);
    await orders.close(orderId, 'cancel');
    await orders.whenParked(orderId, [{ status: 'OPEN' }, { status: 'BLOCKED' }]);
    await orders.whenOrderIs(await orders.place('CUST-neighbour'), 'CONFIRMED');

    const service = ['--service', system.url('inventory-service')];
    const listed = await deadLetters('list', ...service, '--key', orderId, '--json');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    const [blocked, head] = JSON.parse(listed.stdout);
    expect([head.eventType, head.status, head.errorCode]).toEqual(['ORDER_CREATED', 'OPEN', 'SQLSTATE_P0001']);
    expect([blocked.eventType, blocked.status]).toEqual(['ORDER_CANCELLED', 'BLOCKED']);
    const tooEarly = await deadLetters('replay', blocked.id, ...service);
    expect([tooEarly.code, tooEarly.stderr]).toEqual([1, expect.stringContaining(head.id)]);
    expect((await deadLetters('dry-run', head.id, ...service)).code).toBe(1);

    await orders.repairHandler('fail');
    const dryRun = JSON.parse((await deadLetters('dry-run', head.id, ...service, '--json')).stdout);
    expect(dryRun.outcome).toBe('WORKS');
    expect(dryRun.writes).toContainEqual({ table: 'reservations', inserted: 1, updated: 0, deleted: 0 });
    expect(dryRun.publishes).toMatchObject([{ type: 'INVENTORY_RESERVED', key: orderId, data: { orderId } }]);
    expect((await client.get('inventory-service', `/reservations/${orderId}`)).status).toBe(404);
    expect(await deadLetters('replay', head.id, ...service)).toMatchObject({ code: 0, stderr: '' });
    await orders.whenReservationIs(orderId, 'RELEASED');
    await eventually('the outbox is empty', async () => (await orders.countOf('inventory-service', 'outbox')) === 0);
    expect(await orders.repliesTo(orderId)).toEqual(['INVENTORY_RESERVED', 'INVENTORY_RELEASED']);
    expect((await orders.parked(orderId)).map(({ status }) => status)).toEqual(['REPLAYED']);
    const audit = JSON.parse((await deadLetters('audit', ...service, '--limit', '4', '--json')).stdout);
    expect(audit.map(({ act, outcome }: HttpResponse['body']) => `${act} ${outcome}`)).toEqual([
      'REPLAY DONE',
      'DRY_RUN DONE',
      'DRY_RUN FAILED',
      'REPLAY REFUSED',
    ]);
  });
});

describe('an event that Kafka rejects', () => {
  const TOPIC = 'small-events';

  it('is retried and discarded by command line, and the event behind it is published', async () => {
    const limit = { name: 'max.message.bytes', value: '1000' };
    await withAdmin(kafka, (admin) =>
      admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1, configEntries: [limit] }] }),
    );
    await databases.query(
      'order-service',
      `INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT '${TOPIC}', 'a', '{"ce_type": "TOLD"}', convert_to(value, 'UTF8'), now()
       FROM unnest(ARRAY[repeat('x', 2000), 'behind']) AS value`,
    );
    const service = ['--service', system.url('order-service')];
    const rejected = async () => JSON.parse((await deadLetters('rejected', ...service, '--json')).stdout);
    await eventually('it is rejected', async () => (await rejected()).length === 1);
    const [{ position, ...event }] = await rejected();
    expect(event).toMatchObject({ topic: TOPIC, key: 'a', eventType: 'TOLD', bytes: 2000 });
    expect((await deadLetters('rejected', ...service)).stdout).toContain(TOPIC);
    expect(await orders.countOf('order-service', 'outbox')).toBe(2);

    const inAnHour = "UPDATE outbox SET relay_after = now() + interval '1 hour' WHERE rejection IS NOT NULL";
    await databases.query('order-service', inAnHour);
    expect(await deadLetters('retry-rejected', position, ...service)).toMatchObject({ code: 0, stderr: '' });
    await eventually('it is tried again', async () => (await rejected())[0].rejections > event.rejections);
    expect((await deadLetters('retry-rejected', position)).code).toBe(2);
    expect((await deadLetters('retry-rejected', '0', ...service)).code).toBe(1);

    for (const wrong of [[position, ...service], [position, '--reason', 'large'], service]) {
      expect((await deadLetters('discard-rejected', ...wrong)).code).toBe(2);
    }
    expect((await deadLetters('discard-rejected', '0', ...service, '--reason', 'large')).code).toBe(1);
    expect(await deadLetters('discard-rejected', position, ...service, '--reason', 'large')).toMatchObject({
      code: 0,
      stderr: '',
    });
    await eventually(
      'the event behind it is published',
      async () => (await orders.countOf('order-service', 'outbox')) === 0,
    );
    expect((await readTopic(kafka, TOPIC)).map(({ value }) => String(value))).toEqual(['behind']);
    const [act] = JSON.parse((await deadLetters('audit', ...service, '--json')).stdout);
    expect(act).toMatchObject({ act: 'DISCARD_REJECTED', outcome: 'DONE', reason: 'large', details: { position } });
  });
});

describe('a group that is rewound to the beginning of its topics', () => {
  beforeAll(() => orders.breakHandler({ name: 'fail_again', customerId: 'CUST-stuck' }));

  it('changes nothing but its offsets', async () => {
    await makeOneOfEach();
    await orders.whenIdle();
    const [rows, ends] = [await dumpTables(databases), await readEnds(kafka)];
    for (const name of SERVICES) expect(await system.stopService(name)).toEqual({ code: 0, signal: null });
    await rewindGroups(kafka);
    const behind = (await readLag(kafka)).reduce((sum, lag) => sum + lag.behind, 0);
    expect(behind).toBeGreaterThan(20);
    SERVICES.forEach(start);
    await system.whenReady();
    await orders.whenIdle();
    expect(await dumpTables(databases)).toEqual(rows);
    expect(await readEnds(kafka)).toEqual(ends);
    await orders.whenOrderIs(await orders.place('CUST-after'), 'CONFIRMED');
  });

  /** Orders in every status, and parked messages in every status. */
  async function makeOneOfEach(): Promise<void> {
    const placed = {
      CONFIRMED: await orders.place('CUST-each'),
      REJECTED: await orders.place('CUST-each', 1_000),
      CANCELLED: await orders.place('CUST-each'),
      FULFILLED: await orders.place('CUST-each'),
    };
    await orders.whenOrderIs(placed.REJECTED, 'REJECTED');
    for (const orderId of [placed.CANCELLED, placed.FULFILLED]) await orders.whenOrderIs(orderId, 'CONFIRMED');
    await orders.close(placed.CANCELLED, 'cancel');
    await orders.close(placed.FULFILLED, 'fulfil');
    await orders.breakHandler({ name: 'fail_for_now', customerId: 'CUST-replayed' });
    const replayed = await orders.place('CUST-replayed');
    await orders.whenParked(replayed, [{ status: 'RETRYING' }]);
    await orders.repairHandler('fail_for_now');
    const [{ id: replayedId }] = await orders.parked(replayed);
    await client.post('inventory-service', `/dead-letters/${replayedId}/replay`, {});
    await orders.whenParked(replayed, [{ status: 'REPLAYED' }]);
    await orders.place('CUST-stuck'); // stays PENDING
    const blocking = await orders.place('CUST-stuck');
    await orders.whenParked(blocking, [{ status: 'RETRYING' }]);
    await orders.close(blocking, 'cancel');
    await orders.whenParked(blocking, [{ status: 'RETRYING' }, { status: 'BLOCKED' }]);
    await send(
      kafka,
      'order-events',
      ['bad', 'worse'].map((key) => ({ key, value: 'poison' })),
    );
    await orders.whenParked('bad', [{ status: 'OPEN' }]);
    await orders.whenParked('worse', [{ status: 'OPEN' }]);
    const [{ id }] = await orders.parked('worse');
    await client.post('inventory-service', `/dead-letters/${id}/discard`, { reason: 'poison' });
    const statuses = async (service: ServiceName, table: string) =>
      (await databases.query(service, `SELECT DISTINCT status FROM ${table} ORDER BY 1`)).map(({ status }) => status);
    expect(await statuses('order-service', 'orders')).toEqual([...Object.keys(placed), 'PENDING'].sort());
    expect(await statuses('inventory-service', 'parked_messages')).toEqual(
      ['RETRYING', 'BLOCKED', 'OPEN', 'REPLAYED', 'DISCARDED'].sort(),
    );
  }
});
