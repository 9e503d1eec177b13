import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { EXPENSIVE_JSON } from '../../../testing/chaos/faults/expensive-json.ts';
import { producerOf } from '../../../testing/kafka/connect.ts';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { largestOrder } from './inputs/largest-order.js';
import { peakMemoryOf } from './system/peak-memory.js';
import { type ServiceName, SERVICES, System } from './system/system.js';

const KIB = 1024;
const MIB = 1024 * KIB;
/** What the services take under full load is up to 350 MiB (docs/explanation/performance.md, "Memory"). */
const MOST_MEMORY = 400 * MIB;
const LARGEST_ANSWER = 64 * KIB;
/** The largest input that is parsed, by HTTP and by Kafka. */
const MOST_READ = { http: 64 * KIB, kafka: 256 * KIB };
const KINDS = Object.entries(EXPENSIVE_JSON);

let system: System;
let client: Client;
let kafka: Kafka;

beforeAll(async () => {
  system = await System.start();
  client = new Client(system);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
});
afterAll(async () => {
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

/** The peak memory of a process, or its current memory if the system does not provide the peak. */
async function memoryOf(name: ServiceName): Promise<number> {
  const { body } = await client.get(name, '/metrics');
  const resident = Number(/^process_resident_memory_bytes (\S+)$/m.exec(body)?.[1]);
  return (await peakMemoryOf(system.pidOf(name))) ?? resident;
}

async function expectLittleMemory(): Promise<void> {
  const peaks = await Promise.all(SERVICES.map(async (name) => [name, await memoryOf(name)] as const));
  expect(peaks.filter(([, bytes]) => !(bytes < MOST_MEMORY))).toEqual([]);
}

async function place(customerId: string): Promise<string> {
  const order = { customerId, items: [{ itemId: 'ITEM-005', quantity: 1 }], totalAmount: 1 };
  return (await client.post('order-service', '/orders', order)).body.orderId;
}

async function decided(orderId: string): Promise<string> {
  let status = 'PENDING';
  await eventually(`order ${orderId} is decided`, async () => {
    ({ status } = (await client.get('order-service', `/orders/${orderId}`)).body);
    return status !== 'PENDING';
  });
  return status;
}

describe('by HTTP, sixty bodies at once', () => {
  const OPENING = '"customerId":"C","totalAmount":1,"items":';
  const sixty = (body: string) => Array.from({ length: 60 }, () => client.post('order-service', '/orders', body));

  it.each(KINDS)('of a megabyte (%s) are rejected unparsed, and cost little memory', async (_, make) => {
    // The connection may be closed while the body is still being sent; then there is no response.
    const answers = await Promise.allSettled(sixty(make(MIB, OPENING)));
    const read = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    expect(read.length).toBeGreaterThan(0);
    for (const { status, body } of read) {
      expect([status, JSON.stringify(body).length < LARGEST_ANSWER]).toEqual([413, true]);
    }
    await expectLittleMemory();
  });

  it.each(KINDS)('of the largest size that is parsed (%s) all get a short problem document', async (_, make) => {
    for (const { status, body } of await Promise.all(sixty(make(MOST_READ.http - 1, OPENING)))) {
      expect([400, 422]).toContain(status);
      expect(JSON.stringify(body).length).toBeLessThan(LARGEST_ANSWER);
    }
    await expectLittleMemory();
  });
});

interface EventKind {
  readonly topic: string;
  readonly type: string;
  readonly opening: string;
  readonly groups: readonly ServiceName[];
}

const ORDER = '"orderId":"o","customerId":"C"';
const EVENTS: readonly EventKind[] = [
  {
    topic: 'order-events',
    type: 'ORDER_CREATED',
    opening: `${ORDER},"totalAmount":1,"createdAt":"2026-01-31T12:00:00Z","items":`,
    groups: ['inventory-service', 'notification-service'],
  },
  {
    topic: 'inventory-events',
    type: 'INVENTORY_INSUFFICIENT',
    opening: `${ORDER},"items":[{"itemId":"I","quantity":1}],"shortages":`,
    groups: ['order-service', 'notification-service'],
  },
];
const COPIES = 9;

describe.each(EVENTS)('by Kafka, $type', ({ topic, type, opening, groups }) => {
  // The peak counts from the start of the process, so a restart limits it to this test.
  beforeEach(async () => {
    for (const name of SERVICES) await system.stopService(name);
    for (const name of SERVICES) system.startService(name);
    await system.whenReady();
  });

  async function openDeadLetters(name: ServiceName, errorCode: string): Promise<number> {
    const filter = `topic=${topic}&status=OPEN&errorCode=${errorCode}&limit=200`;
    return (await client.get(name, `/dead-letters?${filter}`)).body.data.length;
  }

  /** One by one, since a broker accepts at most a megabyte at once. */
  async function sendEach(values: readonly string[], keys: string): Promise<void> {
    const producer = producerOf(kafka);
    await producer.connect();
    for (const [n, value] of values.entries()) {
      const key = `${keys}-${n}`;
      const headers = { ce_specversion: '1.0', ce_type: type, ce_source: `/hostile/${topic}`, ce_id: key };
      await producer.send({ topic, messages: [{ key, value, headers }] });
    }
    await producer.disconnect();
  }

  it.each([
    ['of what is not read any more', MIB - 1_000, 'VALUE_TOO_LARGE'],
    ['of as much as is read', MOST_READ.kafka - 1, 'DATA_INVALID'],
  ])('%s, nine of each kind, is a dead letter each, and what follows is handled', async (_, bytes, errorCode) => {
    const values = KINDS.map(([, make]) => make(bytes, opening));
    await sendEach(Array.from({ length: COPIES }, () => values).flat(), errorCode);
    // Several orders, so that each partition gets one.
    const orders = await Promise.all(Array.from({ length: 9 }, (__, n) => place(`after-${n}`)));
    for (const orderId of orders) expect(['CONFIRMED', 'REJECTED']).toContain(await decided(orderId));
    for (const name of groups) {
      const all = async () => (await openDeadLetters(name, errorCode)) === KINDS.length * COPIES;
      await eventually(`each is a dead letter of ${name}`, all);
    }
    await expectLittleMemory();
  });
});

describe('the largest valid order, in the most bytes that are parsed', () => {
  it('is accepted, and rejected by inventory if none of its items exist', async () => {
    const { body } = largestOrder('NOWHERE');
    const padded = body.padEnd(MOST_READ.http);
    expect(Buffer.byteLength(padded)).toBe(MOST_READ.http);
    const answer = await client.post('order-service', '/orders', padded);
    expect(answer.status).toBe(201);
    expect(await decided(answer.body.orderId)).toBe('REJECTED');
    const reservation = await client.get('inventory-service', `/reservations/${answer.body.orderId}`);
    expect(reservation.body.shortages).toHaveLength(100);
  });

  it('is accepted and confirmed if all of its items are in stock', async () => {
    const { body, items } = largestOrder('PLENTY');
    for (const { itemId, quantity } of items) {
      const item = { itemId, name: itemId, onHand: quantity };
      expect((await client.post('inventory-service', '/inventory', item)).status).toBe(201);
    }
    const answer = await client.post('order-service', '/orders', body);
    expect(answer.status).toBe(201);
    expect(answer.body.items).toEqual(items);
    expect(await decided(answer.body.orderId)).toBe('CONFIRMED');
  });
});
