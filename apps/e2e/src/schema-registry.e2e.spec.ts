import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inventoryEvents, orderEvents } from '@orderflow/events';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../../../tools/stack/ports.mjs';
import { startSchemaRegistry } from '../../../tools/test/schema-registry.mjs';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { SERVICES, type ServiceName, System } from './system/system.js';
import { readTopic } from './system/topics.js';

const SUBJECT = 'order-events-ORDER_CREATED';

let system: System;
let client: Client;
let port: number;
let url: string;
let registry: Awaited<ReturnType<typeof startSchemaRegistry>> | undefined;

beforeAll(async () => {
  system = await System.start();
  client = new Client(system);
  port = await freePort();
  url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
});
afterAll(async () => {
  await system.stop();
  await registry?.stop();
  expect(system.warnings()).toEqual([]);
});

async function startRegistry(): Promise<void> {
  registry = await startSchemaRegistry({ port });
}

async function killRegistry(): Promise<void> {
  registry?.kill();
  await registry?.exited;
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const response = await fetch(`${url}/${path}`, { method, headers, body: JSON.stringify(body) });
  return response.json();
}

async function restart(name: ServiceName): Promise<void> {
  await system.stopService(name);
  system.startService(name, { SCHEMA_REGISTRY_URL: url });
}

async function place(): Promise<string> {
  const order = { customerId: 'CUST-123', items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount: 10 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

async function isNotified(orderId: string): Promise<void> {
  await eventually(`order ${orderId} is confirmed`, async () => {
    return (await client.get('order-service', `/orders/${orderId}`)).body.status === 'CONFIRMED';
  });
  await eventually(`the customer is notified of order ${orderId}`, async () => {
    return (
      (await client.get('notification-service', `/notifications?orderId=${orderId}&status=SENT`)).body.length === 2
    );
  });
}

/** The first value that was published for an order to each topic. */
async function valuesOf(orderId: string): Promise<Buffer[]> {
  const kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
  return Promise.all(
    [orderEvents, inventoryEvents].map(async ({ name }) => {
      const first = (await readTopic(kafka, name)).find(({ key }) => String(key) === orderId);
      return first?.value as Buffer;
    }),
  );
}

/** The prefix before the data; undefined for plain JSON. */
function schemaIdIn(value: Buffer, orderId: string): number | undefined {
  const isFramed = value[0] === 0;
  expect(JSON.parse(value.subarray(isFramed ? 5 : 0).toString())).toMatchObject({ orderId });
  return isFramed ? value.readUInt32BE(1) : undefined;
}

const schemaIdsOf = async (orderId: string) => (await valuesOf(orderId)).map((value) => schemaIdIn(value, orderId));
const registryIn = async (name: ServiceName) => (await client.get(name, '/health')).body.checks['schema-registry'];
const idOf = async (subject: string) =>
  ((await ask('GET', `subjects/${subject}/versions/latest`)) as { id: number }).id;
const subjectsOf = ({ name, types }: typeof orderEvents | typeof inventoryEvents) =>
  types.map(({ type }) => `${name}-${type}`);

describe('a schema registry', () => {
  it('can be switched on in a running system, one service after the other', async () => {
    await startRegistry();
    const plain = await place();
    await isNotified(plain);
    expect(await schemaIdsOf(plain)).toEqual([undefined, undefined]);
    for (const name of SERVICES.toReversed()) {
      const before = await place();
      await restart(name);
      await system.whenReady([name]);
      for (const orderId of [before, await place()]) await isNotified(orderId);
    }
    await eventually('all ids are known', async () => {
      const checks = await Promise.all(SERVICES.map(registryIn));
      return checks.every(({ status }) => status === 'up');
    });
    expect(await ask('GET', 'subjects')).toEqual(
      expect.arrayContaining([...subjectsOf(orderEvents), ...subjectsOf(inventoryEvents)]),
    );
    const orderId = await place();
    await isNotified(orderId);
    const ids = [await idOf(SUBJECT), await idOf('inventory-events-INVENTORY_RESERVED')];
    expect(await schemaIdsOf(orderId)).toEqual(ids);
  });

  it('may become unavailable once the ids are known', async () => {
    const id = await idOf(SUBJECT);
    await killRegistry();
    const orderId = await place();
    await isNotified(orderId);
    expect((await schemaIdsOf(orderId))[0]).toBe(id);
    expect((await registryIn('order-service')).status).toBe('up');
  });

  it('is awaited at start: orders are accepted, and published once it is available', async () => {
    await restart('order-service');
    await system.whenReady(['order-service']);
    const orderId = await place();
    await eventually('the missing registry is reported', async () => {
      const { status, detail } = await registryIn('order-service');
      return status === 'degraded' && detail.includes('does not answer');
    });
    expect((await client.get('order-service', `/orders/${orderId}`)).body.status).toBe('PENDING');
    await startRegistry();
    await isNotified(orderId);
    expect((await schemaIdsOf(orderId))[0]).toBe(await idOf(SUBJECT));
  });

  it('that rejects a schema keeps the service from being ready until that is fixed', async () => {
    const other = { schemaType: 'JSON', schema: '{"type":"object","properties":{"orderId":{"type":"integer"}}}' };
    await ask('DELETE', `subjects/${SUBJECT}`);
    await ask('POST', `subjects/${SUBJECT}/versions`, other);
    await ask('PUT', `config/${SUBJECT}`, { compatibility: 'BACKWARD' });
    const before = system.lines.length;
    await restart('order-service');
    const rejection = `refuses ${SUBJECT} as incompatible`;
    await eventually('the service reports it', async () => {
      const { status, body } = await client
        .get('order-service', '/health/ready')
        .catch(() => ({ status: 0, body: {} }));
      return status === 503 && body.detail.includes(rejection);
    });
    expect(await system.status('order-service', '/health/live')).toBe(200);
    expect(system.lines.slice(before).filter((line) => line.includes(rejection)).length).toBe(1);
    await ask('PUT', `config/${SUBJECT}`, { compatibility: 'NONE' });
    await system.whenReady(['order-service']);
    await isNotified(await place());
  });
});
