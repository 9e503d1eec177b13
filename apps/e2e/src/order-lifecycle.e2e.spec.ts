import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type HttpResponse } from './system/client.js';
import { eventually } from './system/eventually.js';
import { System } from './system/system.js';

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

const item = async (itemId: string) => (await client.get('inventory-service', `/inventory/${itemId}`)).body;
const reservation = (orderId: string) => client.get('inventory-service', `/reservations/${orderId}`);
const cancel = (orderId: string, body: unknown = {}) => client.post('order-service', `/orders/${orderId}/cancel`, body);

/** Fulfilling needs no body, so this sends none. */
async function fulfil(orderId: string): Promise<Pick<HttpResponse, 'status' | 'body'>> {
  const url = `${system.url('order-service')}/orders/${orderId}/fulfil`;
  const response = await fetch(url, { method: 'POST' });
  return { status: response.status, body: await response.json() };
}

async function place(itemId: string, quantity: number): Promise<string> {
  const order = { customerId: 'CUST-life', items: [{ itemId, quantity }], totalAmount: 10 };
  const { status, body } = await client.post('order-service', '/orders', order);
  expect(status).toBe(201);
  return body.orderId;
}

async function reaches(orderId: string, status: string): Promise<void> {
  await eventually(`order ${orderId} is ${status}`, async () => {
    return (await client.get('order-service', `/orders/${orderId}`)).body.status === status;
  });
}

async function holds(orderId: string, status: string): Promise<HttpResponse['body']> {
  await eventually(`the reservation of ${orderId} is ${status}`, async () => {
    return (await reservation(orderId)).body.status === status;
  });
  return (await reservation(orderId)).body;
}

async function notified(orderId: string, types: string[]): Promise<void> {
  await eventually(`the events of ${orderId} are ${types}`, async () => {
    const { body } = await client.get('notification-service', `/notifications?orderId=${orderId}&status=SENT`);
    return body.length >= types.length;
  });
  const { body } = await client.get('notification-service', `/notifications?orderId=${orderId}`);
  expect(body.map(({ type }: { type: string }) => type).sort()).toEqual(types);
}

function isForbidden({ status, body }: Pick<HttpResponse, 'status' | 'body'>, state: string): void {
  expect(body).toMatchObject({ type: 'about:blank', title: 'Conflict', status: 409 });
  expect(status).toBe(409);
  expect(body.detail).toContain(state);
}

describe('an order that is fulfilled', () => {
  it('deducts its items from the stock, and the customer is notified', async () => {
    const before = await item('ITEM-001');
    const orderId = await place('ITEM-001', 3);
    await reaches(orderId, 'CONFIRMED');
    const { status, body } = await fulfil(orderId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ orderId, status: 'FULFILLED' });
    expect(body.history.map((change: { status: string }) => change.status)).toEqual([
      'PENDING',
      'CONFIRMED',
      'FULFILLED',
    ]);
    expect(await holds(orderId, 'DEDUCTED')).toEqual({
      orderId,
      customerId: 'CUST-life',
      status: 'DEDUCTED',
      parts: 0,
      remaining: null,
      shortages: [],
      items: [{ itemId: 'ITEM-001', quantity: 3 }],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(await item('ITEM-001')).toMatchObject({
      onHand: before.onHand - 3,
      reserved: before.reserved,
      available: before.available - 3,
    });
    await notified(orderId, ['INVENTORY_RESERVED', 'ORDER_CREATED', 'ORDER_FULFILLED']);
    isForbidden(await fulfil(orderId), 'FULFILLED');
    isForbidden(await cancel(orderId), 'FULFILLED');
  });
});

describe('an order that is cancelled', () => {
  it('releases its items if it was confirmed, and the customer is notified of the reason', async () => {
    const before = await item('ITEM-002');
    const orderId = await place('ITEM-002', 4);
    await reaches(orderId, 'CONFIRMED');
    expect((await item('ITEM-002')).available).toBe(before.available - 4);
    const { status, body } = await cancel(orderId, { reason: 'changed my mind' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ orderId, status: 'CANCELLED' });
    expect(body.history[2]).toMatchObject({ status: 'CANCELLED', reason: 'changed my mind' });
    await holds(orderId, 'RELEASED');
    expect(await item('ITEM-002')).toMatchObject({
      onHand: before.onHand,
      reserved: before.reserved,
      available: before.available,
    });
    await notified(orderId, ['INVENTORY_RESERVED', 'ORDER_CANCELLED', 'ORDER_CREATED']);
    isForbidden(await cancel(orderId), 'CANCELLED');
    isForbidden(await fulfil(orderId), 'CANCELLED');
  });

  it('right after it was placed races with its reservation, and holds nothing afterwards', async () => {
    const before = await item('ITEM-003');
    const placed = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const orderId = await place('ITEM-003', 1);
        expect((await cancel(orderId)).status).toBe(200);
        return orderId;
      }),
    );
    for (const orderId of placed) {
      await holds(orderId, 'RELEASED');
      await reaches(orderId, 'CANCELLED');
    }
    expect(await item('ITEM-003')).toMatchObject({ onHand: before.onHand, reserved: before.reserved });
  });

  it('cannot be one that was rejected', async () => {
    const orderId = await place('ITEM-004', 1_000);
    await reaches(orderId, 'REJECTED');
    isForbidden(await cancel(orderId), 'REJECTED');
    isForbidden(await fulfil(orderId), 'REJECTED');
    expect((await reservation(orderId)).body.status).toBe('REJECTED');
  });

  it.each([
    ['too long', 'x'.repeat(501)],
    ['empty', ''],
    ['with control characters', 'a\u0000b'],
    ['no text', 7],
  ])('is unchanged by a reason that is %s', async (_, reason) => {
    const orderId = await place('ITEM-005', 1);
    const { status, body } = await cancel(orderId, { reason });
    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe('#/reason');
    expect((await cancel(orderId)).status).toBe(200);
  });
});

describe('an order that is shipped in parts', () => {
  const ship = (orderId: string, quantity: number) =>
    client.post('order-service', `/orders/${orderId}/fulfil`, { items: [{ itemId: 'ITEM-004', quantity }] });

  it('keeps the rest reserved, until it is shipped or cancelled', async () => {
    const before = await item('ITEM-004');
    const [shipped, cancelled] = [await place('ITEM-004', 4), await place('ITEM-004', 5)];
    for (const orderId of [shipped, cancelled]) {
      await reaches(orderId, 'CONFIRMED');
      expect(await ship(orderId, 1)).toMatchObject({ status: 200, body: { status: 'PARTIALLY_FULFILLED' } });
      await eventually('the part is deducted', async () => (await reservation(orderId)).body.parts === 1);
    }
    expect(await item('ITEM-004')).toMatchObject({ onHand: before.onHand - 2, reserved: before.reserved + 7 });
    expect(await ship(shipped, 3)).toMatchObject({ status: 200, body: { status: 'FULFILLED' } });
    expect(await cancel(cancelled, { reason: 'enough' })).toMatchObject({ status: 200, body: { status: 'FULFILLED' } });
    for (const orderId of [shipped, cancelled]) await holds(orderId, 'DEDUCTED');
    expect(await item('ITEM-004')).toMatchObject({ onHand: before.onHand - 5, reserved: before.reserved });
    await notified(cancelled, ['INVENTORY_RESERVED', 'ORDER_CREATED', 'ORDER_FULFILLED', 'ORDER_PARTIALLY_FULFILLED']);
  });
});

describe('a client that declares JSON and sends no body', () => {
  it.each([
    ['cancel', 'CANCELLED'],
    ['fulfil', 'FULFILLED'],
  ])('is treated as if it had not declared it: %s', async (act, status) => {
    const orderId = await place('ITEM-005', 1);
    await reaches(orderId, 'CONFIRMED');
    const answer = await client.post('order-service', `/orders/${orderId}/${act}`, '');
    expect(answer).toMatchObject({ status: 200, body: { orderId, status } });
  });
});

describe('an order that does not exist', () => {
  it.each(['01a20a1d-3502-7688-9689-0e41c380fa7b', 'nonsense'])('is not found: %s', async (orderId) => {
    for (const { status, body } of [await cancel(orderId), await fulfil(orderId), await reservation(orderId)]) {
      expect(status).toBe(404);
      expect(body.status).toBe(404);
    }
  });
});

describe('a client that repeats its request', () => {
  const order = { customerId: 'CUST-again', items: [{ itemId: 'ITEM-005', quantity: 1 }], totalAmount: 10 };
  const placeWith = async (key: string, body: object = order) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const url = `${system.url('order-service')}/orders`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  };

  it('with an idempotency key gets its first response again, and one order', async () => {
    const first = await placeWith('"8e03978e-40d5"');
    expect(first.status).toBe(201);
    await reaches(JSON.parse(first.text).orderId, 'CONFIRMED');
    expect(await placeWith('"8e03978e-40d5"')).toEqual(first);
    expect(
      await placeWith('8e03978e-40d5', {
        totalAmount: order.totalAmount,
        items: order.items,
        customerId: order.customerId,
      }),
    ).toEqual(first);
    expect((await client.get('order-service', '/orders?customerId=CUST-again')).body.data.length).toBe(1);
  });

  it('with the key of another request is rejected', async () => {
    await placeWith('taken');
    const { status, text } = await placeWith('taken', { ...order, totalAmount: 11 });
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ title: 'Unprocessable Entity', status: 422 });
  });

  it('with the key of its cancellation gets the cancelled order again', async () => {
    const orderId = await place('ITEM-005', 1);
    const cancelWith = (key: string) =>
      client.send('order-service', `/orders/${orderId}/cancel`, {
        method: 'POST',
        body: {},
        headers: { 'idempotency-key': key },
      });
    const first = await cancelWith('cancel-once');
    expect(first).toMatchObject({ status: 200, body: { orderId, status: 'CANCELLED' } });
    expect(await cancelWith('cancel-once')).toMatchObject({ status: 200, body: first.body });
    expect((await cancelWith('cancel-again')).status).toBe(409);
  });

  it('with a malformed key is rejected', async () => {
    const { status, text } = await placeWith('"open');
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0].parameter).toBe('Idempotency-Key');
  });
});
