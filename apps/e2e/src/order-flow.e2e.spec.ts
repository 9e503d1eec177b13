import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asyncApiDocument, topics } from '@orderflow/events';
import { BAD_BODIES, BAD_ORDERS, GOOD_ORDER } from './inputs/bad-orders.js';
import { Client, type HttpResponse } from './system/client.js';
import { eventually } from './system/eventually.js';
import { SERVICES, System } from './system/system.js';

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

async function decided(orderId: string): Promise<HttpResponse['body']> {
  let order: HttpResponse['body'];
  await eventually(`order ${orderId} is decided`, async () => {
    order = (await client.get('order-service', `/orders/${orderId}`)).body;
    return order.status !== 'PENDING';
  });
  return order;
}

async function notificationsOf(orderId: string, count: number): Promise<HttpResponse['body'][]> {
  let list: HttpResponse['body'][] = [];
  await eventually(`${count} notifications of ${orderId}`, async () => {
    list = (await client.get('notification-service', `/notifications?orderId=${orderId}&status=SENT`)).body;
    return list.length >= count;
  });
  return list;
}

const item = async (itemId: string) => (await client.get('inventory-service', `/inventory/${itemId}`)).body;

describe('the walk-through', () => {
  it('confirms an order if everything is in stock, reserves its items and notifies the customer', async () => {
    const [before1, before2] = [await item('ITEM-001'), await item('ITEM-002')];
    const { status, headers, body } = await client.post('order-service', '/orders', {
      customerId: 'CUST-123',
      items: [
        { itemId: 'ITEM-001', quantity: 2 },
        { itemId: 'ITEM-002', quantity: 5 },
      ],
      totalAmount: 2500,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ customerId: 'CUST-123', status: 'PENDING', totalAmount: 2500 });
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    const order = await decided(body.orderId);
    expect(order.history.map((change: { status: string }) => change.status)).toEqual(['PENDING', 'CONFIRMED']);
    expect((await item('ITEM-001')).available).toBe(before1.available - 2);
    expect((await item('ITEM-002')).reserved).toBe(before2.reserved + 5);
    const types = (await notificationsOf(body.orderId, 2)).map(({ type, channel }) => `${type} ${channel}`);
    expect(types.sort()).toEqual(['INVENTORY_RESERVED log', 'ORDER_CREATED log']);
  });

  it('rejects an order beyond the stock, notifies the customer, and leaves the stock unchanged', async () => {
    const before = await item('ITEM-001');
    const { body } = await client.post('order-service', '/orders', {
      customerId: 'CUST-456',
      items: [{ itemId: 'ITEM-001', quantity: 100 }],
      totalAmount: 5000,
    });
    const order = await decided(body.orderId);
    expect(order.status).toBe('REJECTED');
    expect(order.history[1].reason).toContain('ITEM-001: 100 requested');
    const { available } = before;
    expect(order.history[1].shortages).toEqual([{ itemId: 'ITEM-001', requested: 100, available }]);
    const types = (await notificationsOf(body.orderId, 2)).map(({ type }) => type);
    expect(types.sort()).toEqual(['INVENTORY_INSUFFICIENT', 'ORDER_CREATED']);
    expect(await item('ITEM-001')).toEqual(before);
  });

  it('rejects an order of an item that does not exist', async () => {
    const { status, body } = await client.post('order-service', '/orders', {
      customerId: 'CUST-456',
      items: [{ itemId: 'NO-SUCH-ITEM', quantity: 1 }],
      totalAmount: 1,
    });
    expect(status).toBe(201);
    expect((await decided(body.orderId)).status).toBe('REJECTED');
  });

  it('seeds ITEM-001 to ITEM-005, each with 20 to 99 on hand', async () => {
    const { body } = await client.get('inventory-service', '/inventory');
    expect(body.slice(0, 5).map(({ itemId }: { itemId: string }) => itemId)).toEqual(
      ['001', '002', '003', '004', '005'].map((n) => `ITEM-${n}`),
    );
    for (const { onHand, reserved, available } of body) {
      expect(onHand).toBeGreaterThanOrEqual(20);
      expect(onHand).toBeLessThanOrEqual(99);
      expect(available).toBe(onHand - reserved);
    }
  });
});

describe('bad input to POST /orders', () => {
  it.each(BAD_ORDERS)('refuses %s and names each bad field', async (_, body, pointers) => {
    const response = await client.post('order-service', '/orders', body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
    const named = response.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([...new Set(named)].sort()).toEqual(pointers);
  });

  it.each(BAD_BODIES)('refuses %s with a problem document', async (_, body, contentType, status) => {
    const response = await client.post('order-service', '/orders', body, contentType);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.body).toMatchObject({ type: 'about:blank', status });
    expect(response.body.detail.length).toBeGreaterThan(5);
  });

  it('stores nothing of a refused request', async () => {
    const customerId = 'CUST-refused';
    await client.post('order-service', '/orders', { ...GOOD_ORDER, customerId, totalAmount: -1 });
    expect((await client.get('order-service', `/orders?customerId=${customerId}`)).body).toEqual({
      data: [],
      nextCursor: null,
    });
  });
});

describe('reading', () => {
  it('pages through orders newest first, by an opaque cursor', async () => {
    const customerId = 'CUST-paging';
    const placed: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      placed.unshift((await client.post('order-service', '/orders', { ...GOOD_ORDER, customerId })).body.orderId);
    }
    const first = (await client.get('order-service', `/orders?customerId=${customerId}&limit=3`)).body;
    const second = (
      await client.get('order-service', `/orders?customerId=${customerId}&limit=3&cursor=${first.nextCursor}`)
    ).body;
    expect([...first.data, ...second.data].map(({ orderId }: { orderId: string }) => orderId)).toEqual(placed);
    expect(second.nextCursor).toBeNull();
  });

  it('pages through the inventory by its Link header', async () => {
    const first = await client.get('inventory-service', '/inventory?limit=2');
    expect(first.headers.get('link')).toMatch(/^<\/inventory\?limit=2&cursor=[^>]+>; rel="next"$/);
    const next = /<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await client.get('inventory-service', next);
    expect([...first.body, ...second.body].map(({ itemId }: { itemId: string }) => itemId)).toEqual(
      ['001', '002', '003', '004'].map((n) => `ITEM-${n}`),
    );
  });

  it.each([
    ['order-service', '/orders?limit=0', 'limit'],
    ['order-service', '/orders?limit=201', 'limit'],
    ['order-service', '/orders?limit=ten', 'limit'],
    ['order-service', '/orders?cursor=nonsense', 'cursor'],
    ['order-service', '/orders?status=LOST', 'status'],
    ['order-service', '/orders?from=yesterday', 'from'],
    ['order-service', '/orders?from=2009-W01-1', 'from'],
    ['order-service', '/orders?colour=red', 'colour'],
    ['inventory-service', '/inventory?limit=-1', 'limit'],
    ['inventory-service', '/inventory/a%00b', 'itemId'],
    ['inventory-service', '/inventory/ITEM-001/movements?cursor=nonsense', 'cursor'],
    ['notification-service', '/notifications?type=LOUD', 'type'],
  ] as const)('refuses %s %s and names the parameter', async (service, path, parameter) => {
    const { status, body } = await client.get(service, path);
    expect(status).toBe(400);
    expect(body.errors[0].parameter).toBe(parameter);
  });

  it.each([
    ['order-service', '/orders/01a20a1d-3502-7688-9689-0e41c380fa7b'],
    ['order-service', '/orders/nonsense'],
    ['inventory-service', '/inventory/NO-SUCH-ITEM'],
    ['inventory-service', '/inventory/NO-SUCH-ITEM/movements'],
    ['notification-service', '/no-such-path'],
  ] as const)('responds to %s %s with a 404 problem document', async (service, path) => {
    const { status, headers, body } = await client.get(service, path);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.status).toBe(404);
  });
});

describe.each(SERVICES)('%s', (service) => {
  it('serves OpenAPI 3 for its paths, and a page for it', async () => {
    const { status, body } = await client.get(service, '/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\./);
    const main = {
      'order-service': '/orders',
      'inventory-service': '/inventory',
      'notification-service': '/notifications',
    }[service];
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining([main, '/health', '/health/live', '/health/ready']));
    const page = await client.get(service, '/docs');
    expect(page.status).toBe(200);
    expect(page.body).toContain('swagger-ui');
  });

  it('serves AsyncAPI 3 for every topic and event, and a page for it', async () => {
    const { status, body } = await client.get(service, '/asyncapi.json');
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
    const page = await client.get(service, '/docs/events');
    expect(page.headers.get('content-type')).toContain('text/html');
    for (const { name, types } of topics) {
      for (const text of [name, ...types.map(({ type }) => type)]) expect(page.body).toContain(text);
    }
  });

  it('is healthy, and names its dependencies', async () => {
    const { status, body } = await client.get(service, '/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'up', checks: { postgres: { status: 'up' }, kafka: { status: 'up' } } });
  });

  it('has logged that it is ready', () => {
    const line = {
      'order-service': /Order Service running on port \d+/,
      'inventory-service': /Inventory Service: Kafka connected/,
      'notification-service': /Notification Service: Kafka connected/,
    }[service];
    expect(system.lines.some((text) => text.startsWith(service) && line.test(text))).toBe(true);
  });
});
