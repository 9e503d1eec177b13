import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthenticatedService, type Client } from './authenticated-service.js';

let service: AuthenticatedService;
let anna: Client;
let ben: Client;
let staff: Client;
let operator: Client;

beforeAll(async () => {
  service = await AuthenticatedService.start('inventory-service');
  [anna, ben] = [await service.customer('CUST-A'), await service.customer('CUST-B')];
  staff = await service.client('stella', 'orders:read stock:read stock:write');
  operator = await service.client('olga', 'customers:erase');
  await service.query(
    `INSERT INTO reservations (order_id, customer_id, items, status)
     SELECT 'o-' || lower(right(id, 1)), id, '[{ "itemId": "ITEM-001", "quantity": 1 }]', 'HELD' FROM unnest(ARRAY['CUST-A', 'CUST-B']) id`,
  );
});
afterAll(() => service.stop());

describe('a reservation', () => {
  it('exists for its customer and for staff; to others it is like one that does not exist', async () => {
    expect((await anna('GET', '/reservations/o-a')).body).toMatchObject({ orderId: 'o-a', customerId: 'CUST-A' });
    expect((await ben('GET', '/reservations/o-b')).body).toMatchObject({ orderId: 'o-b', customerId: 'CUST-B' });
    for (const [who, orderId] of [
      [anna, 'o-b'],
      [ben, 'o-a'],
      [anna, 'o-none'],
      [staff, 'o-none'],
    ] as const) {
      const { status, body } = await who('GET', `/reservations/${orderId}`);
      expect([status, body.detail]).toEqual([404, `There is no reservation for order ${orderId}`]);
    }
    for (const orderId of ['o-a', 'o-b']) expect((await staff('GET', `/reservations/${orderId}`)).status).toBe(200);
  });
});

describe('the stock', () => {
  it('is shown to customers, but not who has changed it', async () => {
    expect((await anna('GET', '/inventory/ITEM-001')).status).toBe(200);
    expect((await anna('GET', '/inventory')).body.length).toBe(5);
    for (const [method, path, body] of [
      ['GET', '/inventory/ITEM-001/movements'],
      ['POST', '/inventory/ITEM-001/adjustments', { delta: 1, reason: 'a gift' }],
      ['PATCH', '/inventory/ITEM-001', { name: 'Mine' }],
      ['POST', '/inventory', { itemId: 'MINE', name: 'Mine' }],
    ] as const)
      expect((await anna(method, path, body)).status).toBe(403);
  });

  it('has a ledger that names who has changed it', async () => {
    const adjusted = await staff('POST', '/inventory/ITEM-001/adjustments', { delta: 3, reason: 'delivery' });
    expect([adjusted.status, adjusted.body.actor]).toEqual([201, 'stella']);
    expect((await staff('POST', '/inventory', { itemId: 'TEA', name: 'Tea', onHand: 5 })).status).toBe(201);
    for (const [itemId, expected] of [
      ['ITEM-001', [{ delta: 3, actor: 'stella' }, { reason: 'initial stock' }]],
      ['TEA', [{ delta: 5, reason: 'initial stock', actor: 'stella' }]],
    ] as const) {
      const { body } = await staff('GET', `/inventory/${itemId}/movements`);
      expect(body).toMatchObject(expected);
    }
    const [first] = (await staff('GET', '/inventory/ITEM-001/movements')).body.slice(-1);
    expect(first).not.toHaveProperty('actor');
  });
});

describe('an erasure', () => {
  it('names who has requested it', async () => {
    expect((await anna('POST', '/customers/CUST-A/erase')).status).toBe(403);
    const { status, body } = await operator('POST', '/customers/CUST-Z/erase');
    expect([status, body.requestedBy]).toEqual([202, 'olga']);
    expect((await operator('GET', `/erasures/${body.erasureId}`)).body).toMatchObject({ requestedBy: 'olga' });
  });
});
