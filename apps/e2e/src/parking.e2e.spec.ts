import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Databases } from '../../../tools/chaos/observer/database.mjs';
import { GROUPS, withAdmin } from '../../../tools/chaos/observer/kafka.mjs';
import { readLag } from '../../../tools/chaos/observer/lag.mjs';
import { type Answer, Client } from './client.js';
import { dumpTables, readEnds } from './dump.js';
import { eventually } from './eventually.js';
import { HOURS_BETWEEN_RETRIES, letRetriesBeDue } from './let-retries-be-due.js';
import { type ServiceName, SERVICES, System } from './system.js';
import { readTopic, send } from './topics.js';

const CLI = fileURLToPath(new URL('../../../tools/dead-letters/dead-letters.mjs', import.meta.url));
const ATTEMPTS = 6;

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;

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
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

async function place(customerId: string, quantity = 1): Promise<string> {
  const order = { customerId, items: [{ itemId: 'ITEM-004', quantity }], totalAmount: 1 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

async function ask(orderId: string, act: 'cancel' | 'fulfil'): Promise<void> {
  expect((await client.post('order-service', `/orders/${orderId}/${act}`, {})).status).toBe(200);
}

async function reaches(orderId: string, status: string): Promise<void> {
  await eventually(`order ${orderId} is ${status}`, async () => {
    return (await client.get('order-service', `/orders/${orderId}`)).body.status === status;
  });
}

async function holds(orderId: string, status: string): Promise<void> {
  await eventually(`the reservation of ${orderId} is ${status}`, async () => {
    return (await client.get('inventory-service', `/reservations/${orderId}`)).body.status === status;
  });
}

/** What the inventory has parked of an order, in its order. */
async function parkedOf(orderId: string): Promise<Answer['body'][]> {
  return (await client.get('inventory-service', `/dead-letters?key=${orderId}`)).body.data.reverse();
}

async function isParked(orderId: string, as: Record<string, unknown>[]): Promise<void> {
  await eventually(`${orderId} is parked as ${JSON.stringify(as)}`, async () => {
    const found = await parkedOf(orderId);
    const says = (n: number, fields: object) =>
      Object.entries(fields).every(([name, value]) => found[n][name] === value);
    return found.length === as.length && as.every((fields, n) => says(n, fields));
  });
}

/** What the inventory has told of an order, in its order. */
async function toldOf(orderId: string): Promise<string[]> {
  const events = await readTopic(kafka, 'inventory-events');
  return events.filter(({ key }) => String(key) === orderId).map(({ headers }) => String(headers['ce_type']));
}

/** Makes the inventory fail to hold anything for a customer where `condition` holds, as a bug in its handler would. */
async function breakHandler({ name, customerId, condition = 'true' }: Record<string, string>): Promise<void> {
  await databases.query(
    'inventory-service',
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.customer_id = '${customerId}' AND NEW.status = 'HELD' AND ${condition} THEN RAISE EXCEPTION 'a bad deploy'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER ${name} BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  );
}

const mendHandler = (name: string) => databases.query('inventory-service', `DROP TRIGGER ${name} ON reservations`);

describe('an order whose handler fails three times and then works', () => {
  /** An attempt that fails is rolled back, so the database itself knows best how many there were. */
  const untilThreeFailed = `NOT EXISTS (SELECT FROM parked_messages
    WHERE key = convert_to(NEW.order_id, 'UTF8') AND attempts >= 3)`;

  beforeAll(() => breakHandler({ name: 'fail_thrice', customerId: 'CUST-thrice', condition: untilThreeFailed }));

  it.each([
    ['', async () => undefined],
    [
      ', also when the replica is killed between the attempts',
      async () => {
        await system.killService('inventory-service');
        start('inventory-service');
        await system.whenReady(['inventory-service']);
      },
    ],
  ])('has its later events wait, its neighbours do not, and all end in order%s', async (_, betweenAttempts) => {
    const orderId = await place('CUST-thrice');
    await isParked(orderId, [{ status: 'RETRYING', attempts: 1 }]);
    await ask(orderId, 'cancel');
    await isParked(orderId, [{ status: 'RETRYING' }, { status: 'BLOCKED', attempts: 0 }]);
    for (const attempts of [2, 3]) {
      await betweenAttempts();
      await letRetriesBeDue(databases, 'inventory-service');
      await isParked(orderId, [
        { status: 'RETRYING', attempts },
        { status: 'BLOCKED', attempts: 0 },
      ]);
      await reaches(await place('CUST-neighbour'), 'CONFIRMED');
    }
    await betweenAttempts();
    await letRetriesBeDue(databases, 'inventory-service');
    await holds(orderId, 'RELEASED');
    await isParked(orderId, []);
    await eventually('all is told', async () => (await countOf('inventory-service', 'outbox')) === 0);
    expect(await toldOf(orderId)).toEqual(['INVENTORY_RESERVED', 'INVENTORY_RELEASED']);
  });
});

describe('an order whose handler fails until it is mended', () => {
  beforeAll(() => breakHandler({ name: 'fail', customerId: 'CUST-broken' }));

  /** Uses up all retries of an order. */
  async function giveUp(orderId: string): Promise<void> {
    for (let attempts = 1; attempts < ATTEMPTS; attempts += 1) {
      await isParked(orderId, [{ status: 'RETRYING', attempts }]);
      await letRetriesBeDue(databases, 'inventory-service');
    }
    await isParked(orderId, [{ status: 'OPEN', attempts: ATTEMPTS }]);
  }

  it('is a dead letter, with what follows of its order behind it, and one replay by command line releases both', async () => {
    const orderId = await place('CUST-broken');
    await giveUp(orderId);
    await ask(orderId, 'cancel');
    await isParked(orderId, [{ status: 'OPEN' }, { status: 'BLOCKED' }]);
    await reaches(await place('CUST-neighbour'), 'CONFIRMED');

    const service = ['--service', system.url('inventory-service')];
    const listed = await cli('list', ...service, '--key', orderId, '--json');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    const [blocked, head] = JSON.parse(listed.stdout);
    expect([head.eventType, head.status, head.errorCode]).toEqual(['ORDER_CREATED', 'OPEN', 'SQLSTATE_P0001']);
    expect([blocked.eventType, blocked.status]).toEqual(['ORDER_CANCELLED', 'BLOCKED']);
    const tooEarly = await cli('replay', blocked.id, ...service);
    expect([tooEarly.code, tooEarly.stderr]).toEqual([1, expect.stringContaining(head.id)]);
    expect((await cli('dry-run', head.id, ...service)).code).toBe(1);

    await mendHandler('fail');
    const dryRun = JSON.parse((await cli('dry-run', head.id, ...service, '--json')).stdout);
    expect(dryRun.outcome).toBe('WORKS');
    expect(dryRun.writes).toContainEqual({ table: 'reservations', inserted: 1, updated: 0, deleted: 0 });
    expect(dryRun.publishes).toMatchObject([{ type: 'INVENTORY_RESERVED', key: orderId, data: { orderId } }]);
    expect((await client.get('inventory-service', `/reservations/${orderId}`)).status).toBe(404);
    expect(await cli('replay', head.id, ...service)).toMatchObject({ code: 0, stderr: '' });
    await holds(orderId, 'RELEASED');
    await eventually('all is told', async () => (await countOf('inventory-service', 'outbox')) === 0);
    expect(await toldOf(orderId)).toEqual(['INVENTORY_RESERVED', 'INVENTORY_RELEASED']);
    expect((await parkedOf(orderId)).map(({ status }) => status)).toEqual(['REPLAYED']);
    const audit = JSON.parse((await cli('audit', ...service, '--limit', '4', '--json')).stdout);
    expect(audit.map(({ act, outcome }: Answer['body']) => `${act} ${outcome}`)).toEqual([
      'REPLAY DONE',
      'DRY_RUN DONE',
      'DRY_RUN FAILED',
      'REPLAY REFUSED',
    ]);
  });
});

describe('an event that Kafka rejects', () => {
  const TOPIC = 'small-events';

  it('is tried again and given up by command line, and what waits behind it is told', async () => {
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
    const rejected = async () => JSON.parse((await cli('rejected', ...service, '--json')).stdout);
    await eventually('it is rejected', async () => (await rejected()).length === 1);
    const [{ position, ...event }] = await rejected();
    expect(event).toMatchObject({ topic: TOPIC, key: 'a', eventType: 'TOLD', bytes: 2000 });
    expect((await cli('rejected', ...service)).stdout).toContain(TOPIC);
    expect(await countOf('order-service', 'outbox')).toBe(2);

    const inAnHour = "UPDATE outbox SET relay_after = now() + interval '1 hour' WHERE rejection IS NOT NULL";
    await databases.query('order-service', inAnHour);
    expect(await cli('retry-rejected', position, ...service)).toMatchObject({ code: 0, stderr: '' });
    await eventually('it is tried again', async () => (await rejected())[0].rejections > event.rejections);
    expect((await cli('retry-rejected', position)).code).toBe(2);
    expect((await cli('retry-rejected', '0', ...service)).code).toBe(1);

    for (const wrong of [[position, ...service], [position, '--reason', 'large'], service]) {
      expect((await cli('discard-rejected', ...wrong)).code).toBe(2);
    }
    expect((await cli('discard-rejected', '0', ...service, '--reason', 'large')).code).toBe(1);
    expect(await cli('discard-rejected', position, ...service, '--reason', 'large')).toMatchObject({
      code: 0,
      stderr: '',
    });
    await eventually('what waits behind it is told', async () => (await countOf('order-service', 'outbox')) === 0);
    expect((await readTopic(kafka, TOPIC)).map(({ value }) => String(value))).toEqual(['behind']);
    const [act] = JSON.parse((await cli('audit', ...service, '--json')).stdout);
    expect(act).toMatchObject({ act: 'DISCARD_REJECTED', outcome: 'DONE', reason: 'large', details: { position } });
  });
});

describe('a group that is rewound to the beginning of its topics', () => {
  beforeAll(() => breakHandler({ name: 'fail_again', customerId: 'CUST-stuck' }));

  it('changes nothing but its offsets', async () => {
    await makeOneOfEach();
    await isQuiet();
    const [rows, ends] = [await dumpTables(databases), await readEnds(kafka)];
    for (const name of SERVICES) expect(await system.stopService(name)).toEqual({ code: 0, signal: null });
    await rewindAll();
    const behind = (await readLag(kafka)).reduce((sum, lag) => sum + lag.behind, 0);
    expect(behind).toBeGreaterThan(20);
    SERVICES.forEach(start);
    await system.whenReady();
    await isQuiet();
    expect(await dumpTables(databases)).toEqual(rows);
    expect(await readEnds(kafka)).toEqual(ends);
    await reaches(await place('CUST-after'), 'CONFIRMED');
  });

  /** Orders of every status, and everything that can be parked. */
  async function makeOneOfEach(): Promise<void> {
    const placed = {
      CONFIRMED: await place('CUST-each'),
      REJECTED: await place('CUST-each', 1_000),
      CANCELLED: await place('CUST-each'),
      FULFILLED: await place('CUST-each'),
    };
    await reaches(placed.REJECTED, 'REJECTED');
    for (const orderId of [placed.CANCELLED, placed.FULFILLED]) await reaches(orderId, 'CONFIRMED');
    await ask(placed.CANCELLED, 'cancel');
    await ask(placed.FULFILLED, 'fulfil');
    await breakHandler({ name: 'fail_for_now', customerId: 'CUST-replayed' });
    const replayed = await place('CUST-replayed');
    await isParked(replayed, [{ status: 'RETRYING' }]);
    await mendHandler('fail_for_now');
    const [{ id: replayedId }] = await parkedOf(replayed);
    await client.post('inventory-service', `/dead-letters/${replayedId}/replay`, {});
    await isParked(replayed, [{ status: 'REPLAYED' }]);
    await place('CUST-stuck'); // stays PENDING
    const blocking = await place('CUST-stuck');
    await isParked(blocking, [{ status: 'RETRYING' }]);
    await ask(blocking, 'cancel');
    await isParked(blocking, [{ status: 'RETRYING' }, { status: 'BLOCKED' }]);
    await send(
      kafka,
      'order-events',
      ['bad', 'worse'].map((key) => ({ key, value: 'poison' })),
    );
    await isParked('bad', [{ status: 'OPEN' }]);
    await isParked('worse', [{ status: 'OPEN' }]);
    const [{ id }] = await parkedOf('worse');
    await client.post('inventory-service', `/dead-letters/${id}/discard`, { reason: 'poison' });
    const statuses = async (service: ServiceName, table: string) =>
      (await databases.query(service, `SELECT DISTINCT status FROM ${table} ORDER BY 1`)).map(({ status }) => status);
    expect(await statuses('order-service', 'orders')).toEqual([...Object.keys(placed), 'PENDING'].sort());
    expect(await statuses('inventory-service', 'parked_messages')).toEqual(
      ['RETRYING', 'BLOCKED', 'OPEN', 'REPLAYED', 'DISCARDED'].sort(),
    );
  }

  /** Nothing is left to happen: all is read, told and sent. */
  async function isQuiet(): Promise<void> {
    await eventually('all is quiet', async () => {
      const outboxes = await Promise.all(SERVICES.map((name) => countOf(name, 'outbox')));
      const unsent = await countOf('notification-service', "notifications WHERE status <> 'SENT'");
      const lags = await readLag(kafka);
      return [...outboxes, unsent, ...lags.map(({ behind }) => behind)].every((left) => left === 0);
    });
  }

  async function rewindAll(): Promise<void> {
    await withAdmin(kafka, async (admin) => {
      for (const [groupId, topics] of Object.entries(GROUPS)) {
        for (const topic of Object.keys(topics)) {
          const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => ({
            partition,
            offset: low,
          }));
          await admin.setOffsets({ groupId, topic, partitions });
        }
      }
    });
  }
});

async function countOf(service: ServiceName, table: string): Promise<number> {
  return (await databases.query(service, `SELECT count(*)::int AS n FROM ${table}`))[0].n;
}

function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
