import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@orderflow/events';
import fc from 'fast-check';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { Client } from './client.js';
import { eventually } from './eventually.js';
import { SERVICES, type ServiceName, System } from './system.js';

const MIB = 1024 * 1024;
const MOST_RSS = 300 * MIB;

let system: System;
let client: Client;

beforeAll(async () => {
  system = await System.start();
  client = new Client(system);
});
afterAll(async () => {
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

/** Bodies that are nearly right, and JSON of any kind. */
const id = fc.oneof(fc.constantFrom('ITEM-001', 'ITEM-002', '..', '', 'a b'), fc.string({ maxLength: 70 }));
const quantity = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer(), fc.double(), fc.jsonValue());
const item = fc.oneof(
  { weight: 5, arbitrary: fc.record({ itemId: id, quantity }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const rightOrder = fc.record({
  customerId: fc.constant('CUST-1'),
  items: fc.uniqueArray(
    fc.record({ itemId: fc.constantFrom('ITEM-001', 'ITEM-002', 'NOWHERE'), quantity: fc.integer({ min: 1, max: 3 }) }),
    {
      minLength: 1,
      maxLength: 3,
      selector: ({ itemId }) => itemId,
    },
  ),
  totalAmount: fc.integer({ min: 0, max: 5_000 }),
});
const anyOrder = fc.record(
  {
    customerId: fc.oneof(fc.constant('CUST-1'), id),
    items: fc.oneof(
      { weight: 5, arbitrary: fc.array(item, { maxLength: 5 }) },
      { weight: 1, arbitrary: fc.array(fc.array(item, { maxLength: 2 }), { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    totalAmount: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.double(), fc.jsonValue()),
    currency: fc.oneof(fc.constantFrom('EUR', 'eur', 'XXL', null), fc.string()),
  },
  { requiredKeys: ['customerId', 'items', 'totalAmount'] },
);
/** One member of an order that is right is replaced or added. */
const order = fc.oneof(
  anyOrder,
  fc
    .tuple(rightOrder, anyOrder, fc.constantFrom('customerId', 'items', 'totalAmount', 'currency'))
    .map(([right, any, name]) => ({ ...right, [name]: any[name as keyof typeof any] })),
);
const stockItem = fc.record(
  { itemId: id, name: fc.string({ unit: 'binary', maxLength: 210 }), onHand: quantity, lowStockThreshold: quantity },
  { requiredKeys: ['itemId', 'name'] },
);
const reason = fc.record({ reason: fc.oneof(fc.string({ unit: 'binary', maxLength: 510 }), fc.jsonValue()) });

describe('random JSON', () => {
  const posted: string[] = [];

  it.each<[ServiceName, string, fc.Arbitrary<unknown>]>([
    ['order-service', '/orders', order],
    ['inventory-service', '/inventory', stockItem],
    ['order-service', '/dead-letters/replay', fc.jsonValue()],
  ])('to %s %s is accepted or refused, and never an error of the service', async (service, path, body) => {
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const { status, body: answer } = await client.post(service, path, value);
        expect([200, 201, 400, 409, 422]).toContain(status);
        if (path === '/orders' && status === 201) posted.push(answer.orderId);
      }),
      { numRuns: 400 },
    );
  });

  it('to cancel is accepted or refused as well', async () => {
    await fc.assert(
      fc.asyncProperty(reason, async (value) => {
        const orderId = posted[Math.floor(Math.random() * posted.length)];
        const { status } = await client.post('order-service', `/orders/${orderId}/cancel`, value);
        expect([200, 400, 409]).toContain(status);
      }),
      { numRuns: 200 },
    );
  });

  it('leads to events only that every consumer can read: all orders are decided, and nothing is a dead letter', async () => {
    expect(posted.length).toBeGreaterThan(10);
    await eventually(
      'every order is decided',
      async () => {
        const { body } = await client.get('order-service', '/orders?status=PENDING&limit=1');
        return body.data.length === 0;
      },
      60_000,
    );
    for (const name of SERVICES) expect((await client.get(name, '/dead-letters')).body.data).toEqual([]);
  });
});

/** What of a megabyte is expensive in one way or another. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['numbers for items', `{"customerId":"C","totalAmount":1,"items":[${'1,'.repeat(MIB / 2 - 50)}1]}`],
  ['empty items', `{"customerId":"C","totalAmount":1,"items":[${'{},'.repeat(MIB / 3 - 50)}{}]}`],
  ['lists in lists', `{"customerId":"C","totalAmount":1,"items":[${'[[]],'.repeat(MIB / 5 - 50)}[]]}`],
  ['deep lists', `{"customerId":"C","items":${'['.repeat(MIB / 2 - 50)}${']'.repeat(MIB / 2 - 50)}}`],
  ['unknown members', `{"customerId":"C",${Array.from({ length: 60_000 }, (_, n) => `"unknown${n}":1`).join(',')}}`],
  [
    'different items',
    `{"items":[${Array.from({ length: 26_000 }, (_, n) => `{"itemId":"ITEM-${n}","quantity":1}`).join(',')}]}`,
  ],
  ['a long id', `{"customerId":"${'a'.repeat(MIB - 100)}","totalAmount":1,"items":[]}`],
];

const metric = async (name: ServiceName, what: string) => {
  const { body } = await client.get(name, '/metrics');
  return Number(new RegExp(`^${what} (\\S+)$`, 'm').exec(body)?.[1]);
};

describe('a megabyte', () => {
  it.each(HOSTILE)('of %s, sixty at once by HTTP, is refused shortly, and costs little memory', async (_, body) => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => client.post('order-service', '/orders', body).catch(() => undefined)),
    );
    // The connection may be closed while the body is still on its way: then there is no answer to read.
    for (const answer of answers) {
      if (answer) expect([answer.status, JSON.stringify(answer.body).length < 65_536]).toEqual([413, true]);
    }
    expect(await metric('order-service', 'process_resident_memory_bytes')).toBeLessThan(MOST_RSS);
  });

  it('of anything, many by Kafka, is a dead letter each, and what follows is handled', async () => {
    const kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const [topic] = topics;
    let sent = 0;
    for (const [, body] of HOSTILE) {
      for (let n = 0; n < 9; n += 1) {
        const headers = { ce_specversion: '1.0', ce_type: 'ORDER_CREATED', ce_source: '/hostile', ce_id: `h-${sent}` };
        const value = body.slice(0, MIB - 1_000);
        await producer.send({
          topic: topic?.name ?? '',
          messages: [{ key: `hostile-${sent}`, value, headers }],
        });
        sent += 1;
      }
    }
    await producer.disconnect();
    const { body } = await client.post('order-service', '/orders', {
      customerId: 'CUST-after',
      items: [{ itemId: 'ITEM-005', quantity: 1 }],
      totalAmount: 1,
    });
    await eventually(
      'what follows is decided',
      async () => (await client.get('order-service', `/orders/${body.orderId}`)).body.status === 'CONFIRMED',
      120_000,
    );
    const open = async () => (await client.get('inventory-service', '/health')).body.checks['dead-letters'].facts.OPEN;
    await eventually('each is a dead letter', async () => (await open()) === sent, 120_000);
    for (const name of ['inventory-service', 'notification-service'] as const) {
      expect(await metric(name, 'process_resident_memory_bytes')).toBeLessThan(MOST_RSS);
    }
  });
});
