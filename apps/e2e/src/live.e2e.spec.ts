import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Databases } from '../../../testing/chaos/observer/database.ts';
import type { Replica } from '../../../testing/chaos/system/replica.ts';
import { System } from '../../../testing/chaos/system/system.ts';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';
import { EventSource } from './system/event-source.js';
import { eventually } from './system/eventually.js';

interface Response {
  readonly status: number;
  readonly applied: string | null;
  readonly order: { readonly orderId: string; readonly status: string };
}

const ITEM = { itemId: 'ITEM-LIVE', name: 'Lamp', onHand: 100_000 };
const WAIT = { prefer: 'wait=30' };

let folder: string;
let system: System;
let databases: Databases;
/** Two replicas of the order service, and one that decides the orders. */
let one: Replica;
let two: Replica;
let inventory: Replica;
let customerId: string;
const streams: EventSource[] = [];

beforeAll(async () => {
  folder = temporaryFolder();
  system = await System.prepare({ folder, replicas: 2, brokers: 1, hasDisks: false });
  [one, two] = system.of('order-service') as [Replica, Replica];
  [inventory] = system.of('inventory-service') as [Replica];
  databases = new Databases(system.urlOfDatabase);
  for (const server of system.servers) await server.prepare();
  await Promise.all(system.servers.map((server) => server.start()));
  await start(one, two, inventory);
  await request(inventory, '/inventory', {}, ITEM);
});
beforeEach(() => {
  customerId = `CUST-${randomUUID()}`;
});
afterEach(() => streams.forEach((stream) => stream.close()));
afterAll(async () => {
  await databases.close();
  await system.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  expect(system.incidents).toEqual([]);
});

async function start(...replicas: readonly Replica[]): Promise<void> {
  for (const replica of replicas) if (!replica.isAlive) replica.start();
  await system.whenReady([...replicas]);
}

async function request(
  replica: Replica,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Response> {
  const response = await fetch(`${replica.url}${path}`, {
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const order = (await response.json()) as Response['order'];
  return { status: response.status, applied: response.headers.get('preference-applied'), order };
}

const place = (replica: Replica, headers: Record<string, string> = {}) =>
  request(replica, '/orders', headers, { customerId, items: [{ itemId: ITEM.itemId, quantity: 1 }], totalAmount: 1 });
const find = (replica: Replica, { order }: Response, headers: Record<string, string> = WAIT) =>
  request(replica, `/orders/${order.orderId}`, headers);
const many = <Result>(count: number, work: (n: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

async function metric(replica: Replica, name: string): Promise<number> {
  const text = await (await fetch(`${replica.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

const whenWaiting = (replica: Replica, count: number) =>
  eventually(`${count} wait at ${replica.name}`, async () => {
    return (await metric(replica, 'order_decision_waiting_requests')) === count;
  });

async function follow(
  replica: Replica,
  query = `?customerId=${customerId}`,
  lastEventId?: string,
): Promise<EventSource> {
  const stream = await EventSource.open(`${replica.url}/orders/stream${query}`, lastEventId);
  streams.push(stream);
  return stream;
}

const statusesIn = ({ events }: EventSource, { order }: Response) =>
  events.filter(({ data }) => data.orderId === order.orderId).map(({ data }) => data.status);

describe('Prefer: wait', () => {
  it('gets the decision of an order with the response to POST', async () => {
    const { status, applied, order } = await place(one, WAIT);
    expect([status, applied, order.status]).toEqual([201, 'wait=30', 'CONFIRMED']);
  });

  it('lets hundreds wait at both replicas, for orders of either, until they are decided', async () => {
    await inventory.stop();
    const placed = await many(160, () => place(one));
    const responses = placed
      .map((response) => find(two, response))
      .concat(Array.from({ length: 160 }, () => place(one, WAIT)));
    await Promise.all([whenWaiting(one, 160), whenWaiting(two, 160)]);
    await start(inventory);
    const outcomes = (await Promise.all(responses)).map(({ applied, order }) => `${order.status} ${applied}`);
    expect([...new Set(outcomes)]).toEqual(['CONFIRMED wait=30']);
    await Promise.all([whenWaiting(one, 0), whenWaiting(two, 0)]);
  });

  it('lets a repetition with the same key wait, too, and gets the first response without it', async () => {
    const key = { 'idempotency-key': customerId };
    const first = await place(one, { ...key, ...WAIT });
    const [waited, repeated] = [await place(two, { ...key, ...WAIT }), await place(two, key)];
    expect([first, waited, repeated].map(({ status, order }) => [status, order.status])).toEqual([
      [201, 'CONFIRMED'],
      [201, 'CONFIRMED'],
      [201, 'PENDING'],
    ]);
    expect(new Set([first, waited, repeated].map(({ order }) => order.orderId)).size).toBe(1);
  });

  it('loses no client when both replicas are restarted one after the other', async () => {
    await inventory.stop();
    let waiting = await many(20, () => place(one));
    for (const [stopping, other] of [
      [one, two],
      [two, one],
    ] as const) {
      const responses = waiting
        .map((response) => find(stopping, response))
        .concat(Array.from({ length: 20 }, () => place(stopping, WAIT)));
      await whenWaiting(stopping, responses.length);
      await stopping.stop();
      expect(await stopping.group?.exited).toEqual({ code: 0, signal: null });
      waiting = await Promise.all(responses);
      expect([...new Set(waiting.map(({ applied, order }) => `${order.status} ${applied}`))]).toEqual(['PENDING null']);
      await start(stopping, other);
    }
    const responses = waiting.map((response, n) => find(n % 2 === 0 ? one : two, response));
    await start(inventory);
    expect((await Promise.all(responses)).filter(({ order }) => order.status !== 'CONFIRMED')).toEqual([]);
  });
});

describe('GET /orders/stream', () => {
  it('has the changes that another replica makes, in order, and continues there after a break', async () => {
    const stream = await follow(two);
    const first = await place(one, WAIT);
    await eventually('both changes have come', () => statusesIn(stream, first).length === 2);
    expect(statusesIn(stream, first)).toEqual(['PENDING', 'CONFIRMED']);
    stream.close();
    const second = await place(two, WAIT);
    const continued = await follow(one, undefined, stream.lastEventId);
    const third = await place(two, WAIT);
    await eventually('all changes have come', () => continued.events.length >= 4);
    expect([first, second, third].map((response) => statusesIn(continued, response))).toEqual([
      [],
      ['PENDING', 'CONFIRMED'],
      ['PENDING', 'CONFIRMED'],
    ]);
  });

  it('ends cleanly when its replica stops, and misses nothing at the other one', async () => {
    const stream = await follow(one);
    const first = await place(two, WAIT);
    await one.stop();
    await stream.ended;
    const second = await place(two, WAIT);
    const continued = await follow(two, undefined, stream.lastEventId);
    // Which of the two streams has a change depends on when the replica stopped; both may have it.
    const statusesOf = (response: Response) => [
      ...new Set([stream, continued].flatMap((each) => statusesIn(each, response))),
    ];
    await eventually('all changes have come', () => statusesOf(first).length + statusesOf(second).length === 4);
    expect([first, second].map(statusesOf)).toEqual([
      ['PENDING', 'CONFIRMED'],
      ['PENDING', 'CONFIRMED'],
    ]);
    await start(one);
  });

  it('begins with a reset if what was missed is not known', async () => {
    const stream = await follow(one, '?status=REJECTED', 'of another time');
    await eventually('the reset has come', () => stream.events.length > 0);
    expect(stream.events[0]?.type).toBe('reset');
  });

  it('disconnects a client that does not read, and no other', async () => {
    const url = `${two.url}/orders/stream?customerId=CUST-SLOW`;
    const slow = await fetch(url);
    const other = await follow(two, '?customerId=CUST-SLOW');
    let written = 0;
    await eventually('the slow client is disconnected', async () => {
      await databases.query(
        'order-service',
        `WITH written AS (
           INSERT INTO order_changes (data)
           SELECT jsonb_build_object('orderId', n, 'customerId', 'CUST-SLOW', 'reason', repeat('x', 500000)) FROM generate_series(1, 4) n
           RETURNING 1)
         SELECT count(pg_notify('order_changes', '')) FROM written`,
      );
      written += 4;
      await eventually('the other client has read', () => other.events.length === written);
      return (await metric(two, 'event_streams_slow_readers_total')) === 1;
    });
    await expect(slow.text()).rejects.toThrow();
    expect(await metric(two, 'event_streams_open')).toBe(1);
  });
});
