import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from 'kafkajs';
import { connectTo } from '../../../testing/kafka/connect.ts';
import { readLag } from '../../../testing/kafka/lag.ts';
import { runLoad } from '../../../testing/load/run-load.ts';
import { Client, type HttpResponse } from './system/client.js';
import { eventually } from './system/eventually.js';
import { type ServiceName, SERVICES, System } from './system/system.js';
import { addPartition, send } from './system/topics.js';

const ORDERS = 2_000;
const EVENTS = 5;

/** Runs a load and, once a third of it is accepted, the fault; nothing may be lost, duplicated or inconsistent. */
async function loadWith(system: System, fault: () => Promise<void>): Promise<void> {
  let struck: Promise<void> | undefined;
  const result = await runLoad({
    orders: ORDERS,
    connections: 32,
    orderUrl: system.url('order-service'),
    inventoryUrl: system.url('inventory-service'),
    notificationUrl: system.url('notification-service'),
    onProgress: ({ accepted }: { accepted: number }) => {
      if (accepted > ORDERS / 3) struck ??= fault();
    },
  });
  expect(struck).toBeDefined();
  await struck;
  expect(result.violations).toEqual([]);
}

describe('nothing accepted is lost and nothing takes effect twice', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start();
  });
  afterAll(async () => {
    await system.stop();
    expect(system.warnings()).toEqual([]);
  });

  it.each(SERVICES)('if %s is killed under load and started again', async (name) => {
    await loadWith(system, async () => {
      await system.killService(name);
      system.startService(name);
    });
    await system.whenReady();
  });

  it('if Kafka is killed under load and comes back', async () => {
    await loadWith(system, async () => {
      await system.killKafka();
      await eventually('the inventory service reports that Kafka is missing', async () => {
        const { status, body } = await new Client(system).get('inventory-service', '/health/ready');
        return status === 503 && body.detail.includes('kafka');
      });
      await system.startKafka();
    });
    await system.whenReady();
    for (const name of SERVICES) expect(system.isRunning(name)).toBe(true);
  });

  it('if Postgres is killed under load and comes back', async () => {
    await loadWith(system, async () => {
      await system.killPostgres();
      await eventually('the order service reports that Postgres is missing', async () => {
        const { status, body } = await new Client(system).get('order-service', '/health/ready');
        return status === 503 && body.detail.includes('postgres');
      });
      await system.startPostgres();
    });
    await system.whenReady();
    for (const name of SERVICES) expect(system.isRunning(name)).toBe(true);
  });

  it('if both topics get a partition under load, which is read from its beginning', async () => {
    const client = new Client(system);
    const order = { customerId: 'CUST-added', items: [{ itemId: 'ITEM-001', quantity: 1 }] };
    const { orderId } = (await client.post('order-service', '/orders', { ...order, totalAmount: 1 })).body;
    const reservationOf = async (id: string) => (await client.get('inventory-service', `/reservations/${id}`)).body;
    await eventually('the order is reserved', async () => (await reservationOf(orderId)).status === 'HELD');
    const unheard = Array.from({ length: EVENTS }, (_, n) => `added-${n}`);
    const kafka = connectTo([system.brokers]);
    // Published before the consumers notice the partition: they look for new ones twice a minute.
    const add = async (topic: string, events: readonly Message[]) => {
      const partition = await addPartition(kafka, topic);
      await send(
        kafka,
        topic,
        events.map((event) => ({ ...event, partition })),
      );
    };
    await loadWith(system, async () => {
      const cancelled = { ...order, cancelledAt: new Date().toISOString() };
      await add(
        'order-events',
        unheard.map((id) => event('ORDER_CANCELLED', id, cancelled)),
      );
      const insufficient = event('INVENTORY_INSUFFICIENT', orderId, { ...order, shortages: [] });
      await add('inventory-events', [insufficient]);
    });
    for (const id of unheard) {
      await eventually(
        `inventory has handled the cancellation of ${id}`,
        async () => (await reservationOf(id)).status === 'CANCELLED',
      );
    }
    await eventually('the customer is notified of everything', async () => {
      const { body } = await client.get('notification-service', '/notifications?customerId=CUST-added&status=SENT');
      const notified = body.map((one: HttpResponse['body']) => `${one.type} ${one.orderId}`);
      const expected = [...unheard.map((id) => `ORDER_CANCELLED ${id}`), `INVENTORY_INSUFFICIENT ${orderId}`];
      return expected.every((text) => notified.includes(text));
    });
    await eventually('every group has read everything', async () => {
      return (await readLag(kafka)).every(({ behind }) => behind === 0);
    });
  });
});

/** An event that no service has published. */
function event(type: string, orderId: string, facts: object): Message {
  const headers = { ce_specversion: '1.0', ce_id: `${type}-${orderId}`, ce_source: '/e2e', ce_type: type };
  return { key: orderId, value: JSON.stringify({ orderId, ...facts }), headers };
}

describe('any start order', () => {
  let system: System;

  afterEach(async () => {
    await system.stop();
    expect(system.warnings()).toEqual([]);
  });

  it('lets services start before Kafka and Postgres, report what is missing, and continue by themselves', async () => {
    system = await System.prepare();
    const client = new Client(system);
    for (const name of SERVICES) system.startService(name);
    const missing = async (name: ServiceName): Promise<string> => (await client.get(name, '/health/ready')).body.detail;
    for (const name of SERVICES) {
      await eventually(`${name} listens`, async () => (await system.status(name, '/health/live')) === 200);
      expect(await missing(name)).toContain('postgres');
    }
    const order = { customerId: 'CUST-early', items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount: 1 };
    const refused = await client.post('order-service', '/orders', order);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');

    await system.startPostgres();
    await eventually(
      'the order service is ready without Kafka',
      async () => (await system.status('order-service', '/health/ready')) === 200,
    );
    expect((await client.get('order-service', '/health')).body.status).toBe('degraded');
    const accepted = await client.post('order-service', '/orders', order);
    expect(accepted.status).toBe(201);
    expect(await missing('inventory-service')).toContain('kafka');

    await system.startKafka();
    await system.whenReady();
    await eventually('the order accepted without Kafka is decided', async () => {
      return (await client.get('order-service', `/orders/${accepted.body.orderId}`)).body.status === 'CONFIRMED';
    });
  });
});

describe('a process', () => {
  let system: System;

  afterEach(() => system.stop());

  it('exits with code 0 on SIGTERM in time, even without a broker', async () => {
    system = await System.start();
    await system.killKafka();
    await new Client(system).post('order-service', '/orders', {
      customerId: 'CUST-late',
      items: [{ itemId: 'ITEM-001', quantity: 1 }],
      totalAmount: 1,
    });
    expect(await Promise.all(SERVICES.map((name) => system.stopService(name)))).toEqual(
      SERVICES.map(() => ({ code: 0, signal: null })),
    );
  });

  it('exits with code 0 on SIGTERM even if a client has sent half a request', async () => {
    system = await System.prepare();
    system.startService('order-service');
    await eventually('it listens', async () => (await system.status('order-service', '/health/live')) !== undefined);
    const client = connect(Number(new URL(system.url('order-service')).port), '127.0.0.1');
    await once(client, 'connect');
    client.write(
      'POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    client.on('error', () => undefined);
    expect(await system.stopService('order-service')).toEqual({ code: 0, signal: null });
    client.destroy();
  });

  it('exits with code 0 on SIGTERM while it starts, after its first line', async () => {
    system = await System.prepare();
    system.startService('order-service');
    await eventually('it has written a line', () => system.lines.length > 0);
    expect(await system.stopService('order-service')).toEqual({ code: 0, signal: null });
  });

  it('exits at once on an invalid configuration, with one line that names the variables', async () => {
    system = await System.prepare();
    const exit = await system.runWith('order-service', {
      PORT: 'eighty',
      KAFKA_BROKERS: '',
      DATABASE_URL: 'mysql://x',
    });
    expect(exit.code).toBe(1);
    const lines = system.lines.filter((line) => line.startsWith('order-service'));
    expect(lines.length).toBe(1);
    for (const name of ['PORT', 'KAFKA_BROKERS', 'DATABASE_URL']) expect(lines[0]).toContain(name);
  });
});
