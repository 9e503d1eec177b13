import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@orderflow/events';
import { violationsOf } from '@orderflow/events/testing';
import fc from 'fast-check';
import { Kafka, logLevel } from 'kafkajs';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import { DEAD_LETTER_TOPICS, topicsOf } from '../../../testing/kafka/groups.ts';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { anySegment, CATALOGUE } from './inputs/random-bodies.js';
import { OPERATING, type RandomRequest, SHOPPING } from './inputs/random-requests.js';
import { type ServiceName, SERVICES, System } from './system/system.js';
import { type StoredMessage, readTopic, send } from './system/topics.js';

const ANSWERS = [200, 201, 202, 204, 400, 404, 409, 422];
/** Dead letters and rejected events of each service, for the requests of operators. */
const COPIES = 20;
const POISON = '/random-requests';

let system: System;
let client: Client;
let kafka: Kafka;
let databases: Databases;
/** Values of path parameters, by OpenAPI's name and by service. */
const known = new Map<string, string[]>();
const named = (service: ServiceName, path: string) => `${service} ${/\{(\w+)\}/.exec(path)?.[1] ?? ''}`;

beforeAll(async () => {
  system = await System.start();
  client = new Client(system);
  kafka = new Kafka({ brokers: [system.brokers], logLevel: logLevel.NOTHING });
  databases = new Databases((service) => system.databaseUrl(service as ServiceName));
  for (const item of CATALOGUE) expect((await client.post('inventory-service', '/inventory', item)).status).toBe(201);
  remember('inventory-service itemId', ...CATALOGUE.map(({ itemId }) => itemId));
});
afterAll(async () => {
  await databases.close();
  await system.stop();
  expect(system.warnings()).toEqual([]);
});

/** Sends random requests, for existing and for missing resources. */
async function expectAnswers({ service, method, path, body, runs }: RandomRequest): Promise<void> {
  const ids = known.get(named(service, path)) ?? [];
  const segments = [{ weight: 1, arbitrary: anySegment }, { weight: 1, arbitrary: fc.uuid() }]; // prettier-ignore
  if (ids.length > 0) segments.push({ weight: 4, arbitrary: fc.constantFrom(...ids) });
  const property = fc.asyncProperty(body, fc.oneof(...segments), async (value, segment) => {
    const url = path.replace(/\{\w+\}/, encodeURIComponent(segment));
    const { status, body: answer } = await client.send(service, url, { method, body: value });
    expect(ANSWERS).toContain(status);
    if (path === '/orders' && status === 201) remember(`${service} orderId`, answer.orderId);
  });
  await fc.assert(property, { numRuns: runs });
}

function remember(name: string, ...ids: readonly string[]): void {
  known.set(name, [...(known.get(name) ?? []), ...ids]);
}

const rows = (requests: readonly RandomRequest[]) =>
  requests.map((request) => [request.method, request.path, request.service, request] as const);

it.each(SERVICES)('each change in the OpenAPI document of %s is tested', async (service) => {
  const { paths } = (await client.get(service, '/openapi.json')).body as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => !['get', 'head', 'options', 'parameters'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  const asked = [...SHOPPING, ...OPERATING].filter((request) => request.service === service);
  expect(described.sort()).toEqual(asked.map(({ method, path }) => `${method} ${path}`).sort());
});

describe('random requests of clients', () => {
  it.each(rows(SHOPPING))('%s %s of %s are accepted or refused, and never an error of the service', async (...row) => {
    await expectAnswers(row[3]);
  });
});

describe('random requests of operators', () => {
  beforeAll(async () => {
    for (const { name } of topics) await send(kafka, name, poison(name));
    for (const service of SERVICES) {
      await refuse(service);
      const expected = topicsOf(service).length * COPIES;
      await eventually(`${service} has its dead letters`, async () => {
        const { body } = await client.get(service, '/dead-letters?status=OPEN&limit=200');
        known.set(`${service} id`, (body.data as { id: string }[]).map(({ id }) => id)); // prettier-ignore
        return body.data.length === expected;
      });
    }
  });

  /** A message of a handled type without its required data. */
  const poison = (topic: string) =>
    Array.from({ length: COPIES }, (_, n) => {
      const ce_type = topic === 'order-events' ? 'ORDER_CREATED' : 'INVENTORY_RESERVED';
      return { key: `poison-${n}`, value: '{}', headers: { ce_id: `${topic}-${n}`, ce_source: POISON, ce_type } };
    });

  /** Outgoing messages that Kafka has rejected and would accept now, for a topic that no service reads. */
  async function refuse(service: ServiceName): Promise<void> {
    const topic = DEAD_LETTER_TOPICS.find((name) => name.includes(service));
    const written = await databases.query(
      service,
      `INSERT INTO outbox (topic, key, headers, value, relay_after, rejection, rejections)
       SELECT $1, convert_to(n::text, 'UTF8'), '{}', '{}', now() + interval '1 day', 'MESSAGE_TOO_LARGE', 1
       FROM generate_series(1, $2::int) AS n RETURNING position::text`,
      [topic, COPIES],
    );
    remember(`${service} position`, ...written.map(({ position }) => String(position)));
  }

  it.each(rows(OPERATING))('%s %s of %s are accepted or refused, and never an error of the service', async (...row) => {
    await expectAnswers(row[3]);
    if (row[1] === '/log-level') expect((await client.put(row[2], '/log-level', { level: 'log' })).status).toBe(200);
  });
});

/** Orders with every outcome: chance need not bring every type of event. */
async function orderWithEveryOutcome(): Promise<void> {
  const item = { itemId: 'LAST', name: 'Last', onHand: 3, lowStockThreshold: 2 };
  expect((await client.post('inventory-service', '/inventory', item)).status).toBe(201);
  const order = async (quantity: number, status: string): Promise<string> => {
    const body = { customerId: 'CUST-1', items: [{ itemId: 'LAST', quantity }], totalAmount: 1 };
    const { orderId } = (await client.post('order-service', '/orders', body)).body;
    await eventually(`an order of ${quantity} is ${status}`, async () => {
      return (await client.get('order-service', `/orders/${orderId}`)).body.status === status;
    });
    return orderId;
  };
  const change = async (orderId: string, name: string, body: unknown) =>
    expect((await client.post('order-service', `/orders/${orderId}/${name}`, body)).status).toBe(200);

  const shipped = await order(2, 'CONFIRMED');
  await change(shipped, 'fulfil', { items: [{ itemId: 'LAST', quantity: 1 }] });
  await change(shipped, 'fulfil', {});
  await change(await order(1, 'CONFIRMED'), 'cancel', { reason: 'Too late' });
  await order(4, 'REJECTED');
}

describe('after all random requests', () => {
  beforeAll(orderWithEveryOutcome);

  it('all orders are decided, and only the messages that were sent as bad input are dead letters', async () => {
    expect(known.get('order-service orderId')?.length).toBeGreaterThan(10);
    await eventually('every order is decided', async () => {
      const { body } = await client.get('order-service', '/orders?status=PENDING&limit=1');
      return body.data.length === 0;
    });
    for (const service of SERVICES) {
      const { body } = await client.get(service, '/dead-letters?limit=200');
      const others = (body.data as { key: string }[]).filter(({ key }) => !key.startsWith('poison-'));
      expect([service, others]).toEqual([service, []]);
    }
  });

  it.each(topics.map((topic) => [topic.name, topic] as const))(
    'each event in %s, of all of its types, is as its class says',
    async (name, { types }) => {
      const kept = (await readTopic(kafka, name)).filter(({ headers }) => String(headers['ce_source']) !== POISON);
      const typeOf = ({ headers }: StoredMessage) => String(headers['ce_type']);
      expect(kept.flatMap((event) => violationsOf(name, typeOf(event), JSON.parse(String(event.value))))).toEqual([]);
      expect([...new Set(kept.map(typeOf))].sort()).toEqual(types.map(({ type }) => type).sort());
    },
  );
});

describe('an idempotency key', () => {
  it('is described for every POST that changes something', async () => {
    for (const service of ['order-service', 'inventory-service', 'notification-service'] as const) {
      const { paths } = (await client.get(service, '/openapi.json')).body;
      const posts = Object.entries<Record<string, { parameters: { name: string }[] }>>(paths).filter(
        ([, methods]) => methods['post'],
      );
      expect(posts.length).toBeGreaterThan(3);
      const without = posts.filter(([, { post }]) => !post?.parameters.some(({ name }) => name === 'Idempotency-Key'));
      expect(without.map(([path]) => path)).toEqual([]);
    }
  });
});
