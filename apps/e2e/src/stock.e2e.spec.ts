import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from './system/client.js';
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

describe('POST /inventory', () => {
  it('adds an item once', async () => {
    const tea = { itemId: 'TEA-1', name: 'Tea pot', onHand: 7, lowStockThreshold: 2 };
    const created = await client.post('inventory-service', '/inventory', tea);
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/inventory/TEA-1');
    expect(created.body).toMatchObject({ ...tea, reserved: 0, available: 7 });
    const again = await client.post('inventory-service', '/inventory', { ...tea, onHand: 99 });
    expect(again.status).toBe(409);
    expect((await item('TEA-1')).onHand).toBe(7);
  });
});

describe('the stock of an item', () => {
  const urn = { itemId: 'URN-1', name: 'Urn', onHand: 9, lowStockThreshold: 2 };
  const adjust = (delta: unknown, reason: unknown = 'Delivery 17') =>
    client.post('inventory-service', '/inventory/URN-1/adjustments', { delta, reason });
  const change = (body: object, ifMatch?: string) =>
    client.send('inventory-service', '/inventory/URN-1', {
      method: 'PATCH',
      body,
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });

  beforeAll(async () => {
    expect((await client.post('inventory-service', '/inventory', urn)).status).toBe(201);
  });

  it('is adjusted, which its ledger shows, page by page', async () => {
    const { status, body } = await adjust(6);
    expect(status).toBe(201);
    expect(body).toMatchObject({ itemId: 'URN-1', delta: 6, reason: 'Delivery 17' });
    expect((await adjust(-5, 'Broken')).status).toBe(201);
    expect(await item('URN-1')).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    const first = await client.get('inventory-service', '/inventory/URN-1/movements?limit=2');
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await client.get('inventory-service', next);
    const ledger = [...first.body, ...second.body];
    expect(ledger.map(({ delta, reason }) => `${delta} ${reason}`)).toEqual([
      '-5 Broken',
      '6 Delivery 17',
      '9 initial stock',
    ]);
    expect(second.headers.get('link')).toBeNull();
  });

  it('is adjusted once by a request that is repeated with its key', async () => {
    const before = await item('URN-1');
    const repeat = (reason = 'Delivery 18', key = 'delivery-18') =>
      client.send('inventory-service', '/inventory/URN-1/adjustments', {
        method: 'POST',
        body: { delta: 4, reason },
        headers: { 'idempotency-key': key },
      });
    const first = await repeat();
    expect(first.status).toBe(201);
    expect(await repeat()).toMatchObject({ status: 201, body: first.body });
    expect((await item('URN-1')).onHand).toBe(before.onHand + 4);
    expect((await repeat('Delivery 19')).status).toBe(422);
    const malformed = await repeat('Delivery 18', '"open');
    expect([malformed.status, malformed.body.errors[0].parameter]).toEqual([400, 'Idempotency-Key']);
    expect((await adjust(-4)).status).toBe(201);
  });

  it('is not adjusted below what is reserved, or by nothing, or without a reason', async () => {
    expect(await adjust(-11)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('10 on hand') } });
    expect((await adjust(2_000_000_000)).status).toBe(400);
    const { status, body } = await adjust(0, '');
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer: '#/delta', detail: 'delta must not be 0' }, { pointer: '#/reason' }]);
  });

  it('is renamed by whoever has seen its last revision', async () => {
    const tag = (await client.get('inventory-service', '/inventory/URN-1')).headers.get('etag') ?? '';
    const renamed = await change({ name: 'Tea urn' }, tag);
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Tea urn', lowStockThreshold: 2 } });
    const late = await change({ name: 'Coffee urn' }, tag);
    expect(late.status).toBe(412);
    expect(late.headers.get('etag')).toBe(renamed.headers.get('etag'));
    expect((await change({ lowStockThreshold: 3 })).body).toMatchObject({ name: 'Tea urn', lowStockThreshold: 3 });
    expect((await change({ name: 'x' }, 'nonsense')).body.errors[0].parameter).toBe('If-Match');
    expect((await change({ onHand: 3 })).body.errors[0].pointer).toBe('#/onHand');
  });
});
