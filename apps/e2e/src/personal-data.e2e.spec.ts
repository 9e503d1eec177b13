import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { Client } from './system/client.js';
import { dumpTables } from './system/dump.js';
import { eventually } from './system/eventually.js';
import { type ServiceName, SERVICES, System } from './system/system.js';

const CUSTOMER = 'CUST-to-erase';
const ORDERS = 30;

let system: System;
let client: Client;
let databases: Databases;

beforeAll(async () => {
  system = await System.start();
  client = new Client(system);
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
});
afterAll(async () => {
  await databases?.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

/** The tables with a row that contains the text, as text or as bytes. */
async function tablesThatMention(text: string): Promise<string[]> {
  const needles = [text, Buffer.from(text).toString('hex')];
  const tables = Object.entries(await dumpTables(databases));
  return tables.flatMap(([table, rows]) =>
    rows.some((row) => needles.some((needle) => row.includes(needle))) ? [table] : [],
  );
}

/** How many entries of each kind a service exports, two on a page. */
async function exportedFrom(service: ServiceName, customerId: string): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (let cursor: string | null = ''; cursor !== null;) {
    const next = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await client.get(service, `/customers/${customerId}/export?limit=2${next}`);
    expect(status).toBe(200);
    for (const { kind, data } of body.data) {
      expect(JSON.stringify(data)).toContain(customerId);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    cursor = body.nextCursor;
  }
  return kinds;
}

it('A customer’s export has the orders, reservations and notifications, and nothing of others', async () => {
  const order = { items: [{ itemId: 'ITEM-002', quantity: 1 }], totalAmount: 10 };
  for (const customerId of ['CUST-to-export', 'CUST-to-export', 'CUST-to-export', 'CUST-other'])
    expect((await client.post('order-service', '/orders', { customerId, ...order })).status).toBe(201);
  await eventually('all are notified', async () => {
    return (await exportedFrom('notification-service', 'CUST-to-export')).notification === 6;
  });
  expect(await exportedFrom('order-service', 'CUST-to-export')).toEqual({ order: 3 });
  expect(await exportedFrom('inventory-service', 'CUST-to-export')).toEqual({ reservation: 3 });
  expect(await exportedFrom('notification-service', 'CUST-nobody')).toEqual({});
});

it('A customer who is erased in one service after the other, while orders are handled, is found in none of them', async () => {
  const order = { customerId: CUSTOMER, items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount: 10 };
  const placed = await Promise.all(
    Array.from({ length: ORDERS }, () => client.post('order-service', '/orders', order)),
  );
  const cancelled = `/orders/${placed[0]?.body.orderId}/cancel`;
  expect((await client.post('order-service', cancelled, { reason: 'Anna wants none' })).status).toBe(200);
  let pseudonym: string | undefined;
  for (const service of SERVICES) {
    const { status, headers, body } = await client.post(service, `/customers/${CUSTOMER}/erase`, { pseudonym });
    expect(status).toBe(202);
    pseudonym = body.pseudonym;
    const location = headers.get('location') as string;
    await eventually(`the erasure in ${service}`, async () => {
      return (await client.get(service, location)).body.status === 'FINISHED';
    });
  }
  const orders = (await client.get('order-service', `/orders?customerId=${pseudonym}`)).body.data;
  expect(orders).toHaveLength(ORDERS);
  for (const { orderId } of orders) {
    await eventually(`order ${orderId} is reserved under the pseudonym`, async () => {
      return (await client.get('inventory-service', `/reservations/${orderId}`)).body.customerId === pseudonym;
    });
  }
  const remaining = SERVICES.map((service) => `${service}: erasures`).sort();
  expect((await tablesThatMention(CUSTOMER)).sort()).toEqual(remaining);
  expect(await tablesThatMention('Anna')).toEqual([]);
});
