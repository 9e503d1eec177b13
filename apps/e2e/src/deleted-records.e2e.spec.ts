import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { connectTo, withAdmin } from '../../../testing/kafka/connect.ts';
import { readLag } from '../../../testing/kafka/lag.ts';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { type ServiceName, System } from './system/system.js';

const BEGIN = new Date(Date.now() - 60_000).toISOString();
const [NOON, ONE] = ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00Z'];
const later = () => new Date(Date.now() + 60_000).toISOString();

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;
/** The expected notifications of each order. */
const expected = new Map<string, string[]>();

const ENDS = {
  CONFIRMED: { itemId: 'ITEM-004', quantity: 1, notified: ['INVENTORY_RESERVED', 'ORDER_CREATED'] },
  REJECTED: { itemId: 'ITEM-003', quantity: 100, notified: ['INVENTORY_INSUFFICIENT', 'ORDER_CREATED'] },
  CANCELLED: { itemId: 'ITEM-002', quantity: 1, notified: ['INVENTORY_RESERVED', 'ORDER_CANCELLED', 'ORDER_CREATED'] },
} as const;
type End = keyof typeof ENDS;

beforeAll(async () => {
  system = await System.start();
  client = new Client(system);
  kafka = connectTo([system.brokers]);
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
  // So many that every group has read from each partition, and knows the next offset.
  const orderIds = await placeAll(['CONFIRMED', 30], ['REJECTED', 3]);
  await areDecided(orderIds);
  await allIsRead();
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

/** Places orders that will reach these statuses, and cancels the ones to be cancelled. */
async function placeAll(...wanted: readonly (readonly [End, number])[]): Promise<Map<string, End>> {
  const orderIds = new Map<string, End>();
  for (const [end, count] of wanted) {
    const { itemId, quantity, notified } = ENDS[end];
    for (let n = 0; n < count; n += 1) {
      const order = { customerId: 'CUST-1', items: [{ itemId, quantity }], totalAmount: 1 };
      const { status, body } = await client.post('order-service', '/orders', order);
      expect(status).toBe(201);
      if (end === 'CANCELLED') await client.post('order-service', `/orders/${body.orderId}/cancel`, {});
      orderIds.set(body.orderId, end);
      expected.set(body.orderId, [...notified]);
    }
  }
  return orderIds;
}

async function areDecided(orderIds: ReadonlyMap<string, End>): Promise<void> {
  for (const [orderId, end] of orderIds) {
    await eventually(`order ${orderId} is ${end}`, async () => {
      return (await client.get('order-service', `/orders/${orderId}`)).body.status === end;
    });
  }
}

const allIsPublished = (service: ServiceName) =>
  eventually(`${service} has published everything`, async () => {
    const sql = 'SELECT count(*)::int AS unpublished FROM outbox';
    const [row] = await databases.query<{ unpublished: number }>(service, sql);
    return row?.unpublished === 0;
  });

const allIsRead = () =>
  eventually('every group has read everything', async () => (await readLag(kafka)).every(({ behind }) => behind === 0));

/** The notifications of customers, sorted by type. */
async function notifications(): Promise<Map<string, string[]>> {
  const rows = await databases.query<{ orderId: string; types: string[] }>(
    'notification-service',
    'SELECT order_id AS "orderId", array_agg(type ORDER BY type) AS types FROM notifications GROUP BY order_id',
  );
  return new Map(rows.map(({ orderId, types }) => [orderId, types]));
}

const eachIsNotifiedOnce = async () => {
  await eventually('each customer is notified of everything', async () => {
    const count = (lists: Map<string, string[]>) => [...lists.values()].flat().length;
    return count(await notifications()) >= count(expected);
  });
  expect(await notifications()).toEqual(expected);
};

function deleteAll(topic: string): Promise<void> {
  return withAdmin(kafka, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
  });
}

/** Waits until `/health` and the metric report that a service has missed messages of a topic. */
const saysWhatIsLost = (service: ServiceName, topic: string) =>
  eventually(`${service} reports what is lost`, async () => {
    const health = (await client.get(service, '/health')).body;
    const metrics = (await client.get(service, '/metrics')).body;
    const lost = new RegExp(`^kafka_consumer_lost_messages_total\\{topic="${topic}"\\} ([1-9]\\d*)$`, 'm').test(
      metrics,
    );
    return lost && health.status === 'degraded' && JSON.stringify(health).includes('deleted unread');
  });

const republish = async (service: ServiceName, path: string, from: string) => {
  const { status, body } = await client.post(service, path, { from, to: later() });
  expect({ status, body }).toMatchObject({ status: 200, body: { remaining: false } });
  return body;
};

describe('replies of inventory that were deleted before they were read', () => {
  it('are published again on request: all orders are decided, and each customer is notified once', async () => {
    const from = new Date().toISOString();
    await system.killService('inventory-service');
    const orderIds = await placeAll(['CONFIRMED', 12], ['REJECTED', 4], ['CANCELLED', 4]);
    await allIsPublished('order-service');
    await Promise.all([system.killService('order-service'), system.killService('notification-service')]);
    system.startService('inventory-service');
    await system.whenReady(['inventory-service']);
    for (const orderId of orderIds.keys()) {
      await eventually(`inventory has replied to ${orderId}`, async () => {
        const { status, body } = await client.get('inventory-service', `/reservations/${orderId}`);
        return status === 200 && body.status !== 'CANCELLED';
      });
    }
    await allIsPublished('inventory-service');
    await deleteAll('inventory-events');
    system.startService('order-service');
    system.startService('notification-service');
    await system.whenReady();
    for (const service of ['order-service', 'notification-service'] as const) {
      await saysWhatIsLost(service, 'inventory-events');
    }
    const pending = (await client.get('order-service', '/orders?status=PENDING&limit=100')).body.data;
    expect(pending).toHaveLength(16);
    expect(await republish('inventory-service', '/reservations/republish', from)).toMatchObject({ orders: 20 });
    await areDecided(orderIds);
    await eachIsNotifiedOnce();
  });

  it('change nothing if they were read before, also for earlier orders', async () => {
    const { orders } = await republish('inventory-service', '/reservations/republish', BEGIN);
    expect(orders).toBe(expected.size);
    await allIsPublished('inventory-service');
    await allIsRead();
    expect(await notifications()).toEqual(expected);
  });
});

describe('events of orders that were deleted before they were read', () => {
  it('are published again on request: all orders are decided, and nobody is notified twice, not even of orders to which inventory has replied', async () => {
    await Promise.all([system.killService('inventory-service'), system.killService('notification-service')]);
    const orderIds = await placeAll(['CONFIRMED', 12], ['REJECTED', 4]);
    await allIsPublished('order-service');
    await deleteAll('order-events');
    system.startService('inventory-service');
    system.startService('notification-service');
    await system.whenReady();
    for (const service of ['inventory-service', 'notification-service'] as const) {
      await saysWhatIsLost(service, 'order-events');
    }
    const { orders } = await republish('order-service', '/orders/republish', BEGIN);
    expect(orders).toBe(expected.size);
    await areDecided(orderIds);
    await allIsRead();
    await eachIsNotifiedOnce();
  });
});

describe('a request to republish', () => {
  it.each<[ServiceName, string, object, string[]]>([
    ['order-service', '/orders/republish', {}, ['#']],
    ['order-service', '/orders/republish', { status: 'PENDING', from: NOON, to: ONE }, ['#']],
    ['order-service', '/orders/republish', { from: NOON, to: NOON }, ['#/to']],
    ['order-service', '/orders/republish', { status: 'CONFIRMED' }, ['#/status']],
    ['order-service', '/orders/republish', { status: 'PENDING', after: 'o-1' }, ['#/after']],
    ['inventory-service', '/reservations/republish', {}, ['#/from', '#/to']],
    ['inventory-service', '/reservations/republish', { from: ONE, to: NOON }, ['#/to']],
    ['inventory-service', '/reservations/republish', { from: 'yesterday', to: NOON }, ['#/from']],
    ['inventory-service', '/reservations/republish', { from: NOON, to: ONE, all: true }, ['#/all']],
  ])('%s %s %j is refused, and names what is wrong', async (service, path, request, pointers) => {
    const { status, headers, body } = await client.post(service, path, request);
    expect([status, headers.get('content-type')]).toEqual([400, expect.stringContaining('application/problem+json')]);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  });
});
