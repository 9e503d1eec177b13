import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { withAdmin } from '../../../testing/kafka/connect.ts';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { HOURS_BETWEEN_RETRIES, letRetriesBeDue } from './system/let-retries-be-due.js';
import { type ServiceName, SERVICES, System } from './system/system.js';
import { readTopic } from './system/topics.js';
import { KEYED_CUSTOMER, placeKeyedOrder } from './upgrade/keyed-order.js';
import { load, type StoredSystem } from './upgrade/stored-system.js';

/** The stored state of the version before the renaming, which was stopped partly by force (`upgrade/record.fixture.ts`). */
const FIXTURE = new URL('./upgrade/2026-11-28.json', import.meta.url);
const stored: StoredSystem & { readonly orders: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(FIXTURE, 'utf8'),
);

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;

beforeAll(async () => {
  system = await System.prepare();
  await Promise.all([system.startKafka(), system.startPostgres()]);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
  client = new Client(system);
  await load(stored, databases, kafka);
  await withAdmin(kafka, (admin) => admin.createTopics({ topics: [{ topic: 'small-events' }] })); // with no limit any more
  for (const name of SERVICES) system.startService(name, HOURS_BETWEEN_RETRIES);
  await system.whenReady();
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

const orderOf = (name: string): string => stored.orders[name] as string;
const statusOf = async (name: string): Promise<string> =>
  (await client.get('order-service', `/orders/${orderOf(name)}`)).body.status;
const reaches = (name: string, status: string) =>
  eventually(`the order "${name}" is ${status}`, async () => (await statusOf(name)) === status);
const deadLetters = async (service: ServiceName) => (await client.get(service, '/dead-letters?limit=200')).body.data;

describe('after an upgrade from the previous version', () => {
  it.each([
    ['confirmed', 'CONFIRMED'],
    ['rejected', 'REJECTED'],
    ['cancelled', 'CANCELLED'],
    ['fulfilled', 'FULFILLED'],
    ['keyed', 'CONFIRMED'],
    ['replayed', 'CONFIRMED'],
    ['retrying', 'PENDING'],
    ['retryingAndCancelled', 'CANCELLED'],
  ])('an order that was %s is still %s', async (name, status) => {
    expect(await statusOf(name)).toBe(status);
  });

  it.each(['published', 'unpublished'])(
    'an order whose event was %s, and that nobody had seen, is decided',
    async (name) => {
      await reaches(name, 'CONFIRMED');
    },
  );

  it('a repeated request gets the first response again, and creates no second order', async () => {
    const response = await placeKeyedOrder(system.url('order-service'));
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ orderId: orderOf('keyed') });
    expect((await client.get('order-service', `/orders?customerId=${KEYED_CUSTOMER}`)).body.data).toHaveLength(1);
  });

  it('a rejected event that Kafka accepts now is published, and the events behind it follow', async () => {
    const { body } = await client.get('order-service', '/outbox/rejected');
    for (const { position } of body.data) await client.post('order-service', `/outbox/rejected/${position}/retry`, {});
    await eventually('the outbox is empty', async () => {
      return (await databases.query('order-service', 'SELECT FROM outbox')).length === 0;
    });
    expect((await readTopic(kafka, 'small-events')).map(({ value }) => value?.length)).toEqual([
      2_000,
      'behind'.length,
    ]);
  });

  it('dead letters keep their bytes, attempts and audit entries, and can be replayed', async () => {
    const letters = await deadLetters('inventory-service');
    const found = letters.map(({ key, status }: Record<string, string>) => `${key} ${status}`).sort();
    expect(found).toEqual(
      [
        `${orderOf('replayed')} REPLAYED`,
        `${orderOf('retrying')} RETRYING`,
        `${orderOf('retryingAndCancelled')} RETRYING`,
        `${orderOf('retryingAndCancelled')} BLOCKED`,
        'bad OPEN',
        'worse DISCARDED',
      ].sort(),
    );
    const [bad] = letters.filter(({ key }: { key: string }) => key === 'bad');
    const details = await client.get('inventory-service', `/dead-letters/${bad.id}`);
    expect(details.body).toMatchObject({ value: 'poison', attempts: 1, history: [{ by: 'delivery' }] });
    const { body } = await client.get('inventory-service', '/dead-letters/audit');
    const acts = body.data.map(({ act, outcome }: Record<string, string>) => `${act} ${outcome}`);
    expect(acts).toEqual(['DISCARD DONE', 'REPLAY DONE', 'DRY_RUN FAILED']);
    expect((await client.post('inventory-service', `/dead-letters/${bad.id}/replay`, {})).status).toBe(422);
  });

  it('parked messages are still retried, in the order of their key', async () => {
    await letRetriesBeDue(databases, 'inventory-service');
    await reaches('retrying', 'CONFIRMED');
    await eventually('the cancelled one holds nothing', async () => {
      const { body } = await client.get('inventory-service', `/reservations/${orderOf('retryingAndCancelled')}`);
      return body.status === 'RELEASED';
    });
    expect(await statusOf('retryingAndCancelled')).toBe('CANCELLED');
  });

  it('no notification is lost or sent twice', async () => {
    const seen = () =>
      databases.query(
        'notification-service',
        'SELECT order_id, type, count(*)::int AS n FROM notifications GROUP BY 1, 2',
      );
    const expected = stored.tables['notification-service']?.['notifications']?.length ?? 0;
    // ORDER_CREATED and INVENTORY_RESERVED of the two orders that were not handled before, and of the retried one
    await eventually('all are there', async () => (await seen()).length === expected + 2 * 2 + 2);
    expect((await seen()).filter(({ n }) => n !== 1)).toEqual([]);
  });

  it('the stock is the sum of its movements, and the reserved pieces that of the open reservations', async () => {
    const [wrong] = await databases.query<{ n: number }>(
      'inventory-service',
      `SELECT count(*)::int AS n FROM items i
       WHERE on_hand <> (SELECT coalesce(sum(delta), 0) FROM movements m WHERE m.item_id = i.item_id)
          OR reserved <> (SELECT coalesce(sum((line->>'quantity')::int), 0)
                          FROM reservations, jsonb_array_elements(coalesce(remaining, items)) AS line
                          WHERE status = 'HELD' AND line->>'itemId' = i.item_id)`,
    );
    expect(wrong?.n).toBe(0);
  });

  it('no table, column or constraint has a name of the previous version', async () => {
    for (const service of SERVICES) {
      const names = `SELECT relname AS name FROM pg_class WHERE relname ~ 'set_aside|refus'
        UNION SELECT conname FROM pg_constraint WHERE conname ~ 'set_aside|refus'
        UNION SELECT attname FROM pg_attribute WHERE attrelid IN ('outbox'::regclass, 'kill_switch'::regclass,
          'parked_messages'::regclass, 'parked_sequences'::regclass) AND attname ~ 'set_aside|refus|queue|stopped|resumed'`;
      expect(await databases.query(service, names)).toEqual([]);
    }
  });
});
