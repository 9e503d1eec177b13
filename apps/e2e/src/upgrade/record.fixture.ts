import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Databases } from '../../../../testing/chaos/observer/database.ts';
import { withAdmin } from '../../../../testing/kafka/connect.ts';
import { Client, type HttpResponse } from '../system/client.js';
import { eventually } from '../system/eventually.js';
import { HOURS_BETWEEN_RETRIES } from '../system/let-retries-be-due.js';
import { type ServiceName, SERVICES, System } from '../system/system.js';
import { send } from '../system/topics.js';
import { placeKeyedOrder } from './keyed-order.js';
import { store } from './stored-system.js';

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;

beforeAll(async () => {
  system = await System.prepare();
  await Promise.all([system.startKafka(), system.startPostgres()]);
  for (const name of SERVICES) system.startService(name, HOURS_BETWEEN_RETRIES);
  await system.whenReady();
  client = new Client(system);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
});
afterAll(async () => {
  await databases.close();
  await system.stop();
});

async function place(customerId: string, quantity = 1): Promise<string> {
  const order = { customerId, items: [{ itemId: 'ITEM-004', quantity }], totalAmount: 1 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

const act = (orderId: string, what: 'cancel' | 'fulfil') =>
  client.post('order-service', `/orders/${orderId}/${what}`, {});

const reaches = (orderId: string, status: string) =>
  eventually(`${orderId} is ${status}`, async () => {
    return (await client.get('order-service', `/orders/${orderId}`)).body.status === status;
  });

const parked = async (key: string): Promise<HttpResponse['body'][]> =>
  (await client.get('inventory-service', `/dead-letters?key=${key}`)).body.data;

async function isParked(key: string, count: number): Promise<string> {
  await eventually(`${count} messages of ${key} are parked`, async () => (await parked(key)).length === count);
  return (await parked(key)).at(-1).id;
}

const breakHandler = (customerId: string) =>
  databases.query(
    'inventory-service',
    `CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.customer_id = '${customerId}' AND NEW.status = 'HELD' THEN RAISE EXCEPTION 'a bad deploy'; END IF; RETURN NEW; END $$;
     CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION fail()`,
  );

it('stores a system with one object of each kind', async () => {
  const orders: Record<string, string> = {};
  for (const name of ['confirmed', 'cancelled', 'fulfilled']) orders[name] = await place(`CUST-${name}`);
  orders['rejected'] = await place('CUST-rejected', 1_000);
  for (const name of ['confirmed', 'cancelled', 'fulfilled']) await reaches(orders[name] as string, 'CONFIRMED');
  await reaches(orders['rejected'], 'REJECTED');
  await act(orders['cancelled'] as string, 'cancel');
  await act(orders['fulfilled'] as string, 'fulfil');

  const keyed = await placeKeyedOrder(system.url('order-service'));
  orders['keyed'] = ((await keyed.json()) as { orderId: string }).orderId;
  await reaches(orders['keyed'], 'CONFIRMED');

  await breakHandler('CUST-replayed');
  orders['replayed'] = await place('CUST-replayed');
  const replayed = await isParked(orders['replayed'], 1);
  await client.post('inventory-service', `/dead-letters/${replayed}/replay?dryRun=true`, {});
  await breakHandler('CUST-stuck');
  await client.post('inventory-service', `/dead-letters/${replayed}/replay`, {});
  await reaches(orders['replayed'], 'CONFIRMED');
  orders['retrying'] = await place('CUST-stuck');
  orders['retryingAndCancelled'] = await place('CUST-stuck');
  await isParked(orders['retrying'], 1);
  await act(orders['retryingAndCancelled'], 'cancel');
  await isParked(orders['retryingAndCancelled'], 2);
  const poison = ['bad', 'worse'].map((key) => ({ key, value: 'poison' }));
  await send(kafka, 'order-events', poison);
  await isParked('bad', 1);
  await client.post('inventory-service', `/dead-letters/${await isParked('worse', 1)}/discard`, { reason: 'poison' });

  const limit = { name: 'max.message.bytes', value: '1000' };
  await withAdmin(kafka, (admin) =>
    admin.createTopics({ topics: [{ topic: 'small-events', numPartitions: 1, configEntries: [limit] }] }),
  );
  await databases.query(
    'order-service',
    `INSERT INTO outbox (topic, key, headers, value, relay_after)
     SELECT 'small-events', 'a', '{"ce_type": "LARGE"}', convert_to(value, 'UTF8'), now()
     FROM unnest(ARRAY[repeat('x', 2000), 'behind']) AS value`,
  );
  await eventually('it is rejected', async () => {
    return (await databases.query('order-service', 'SELECT FROM outbox WHERE rejection IS NOT NULL')).length === 1;
  });

  for (const name of ['inventory-service', 'notification-service'] as const) await system.stopService(name);
  orders['published'] = await place('CUST-published');
  await eventually('it is in its topic', async () => {
    return (await databases.query('order-service', "SELECT FROM outbox WHERE topic = 'order-events'")).length === 0;
  });
  await system.killKafka();
  orders['unpublished'] = await place('CUST-unpublished');
  await system.killService('order-service');
  await system.startKafka();
  writeFileSync(
    process.env['FIXTURE'] as string,
    `${JSON.stringify({ orders, ...(await store(databases, kafka)) })}\n`,
  );
});
