import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type HttpResponse } from './system/client.js';
import { EventSource } from './system/event-source.js';
import { eventually } from './system/eventually.js';
import { SecuredSystem } from './system/secured-system.js';
import { type ServiceName, SERVICES } from './system/system.js';

const ITEMS = [{ itemId: 'ITEM-003', quantity: 1 }];
const order = (customerId?: string) => ({ ...(customerId && { customerId }), items: ITEMS, totalAmount: 10 });

let shop: SecuredSystem;
let nobody: Client, anna: Client, ben: Client, staff: Client, operator: Client;
let annasOrder: string;

beforeAll(async () => {
  shop = await SecuredSystem.start();
  nobody = new Client(shop.system);
  [anna, ben] = [await shop.as('customer', 'CUST-anna'), await shop.as('customer', 'CUST-ben')];
  [staff, operator] = [await shop.as('staff'), await shop.as('operator')];
  annasOrder = (await anna.post('order-service', '/orders', order())).body.orderId;
  await eventually('Anna is notified', async () => {
    const { body } = await anna.get('notification-service', '/notifications');
    return body.some(({ type }: { type: string }) => type === 'INVENTORY_RESERVED');
  });
});
afterAll(async () => {
  await shop?.stop();
});

const statusOf = async (response: Promise<HttpResponse>) => (await response).status;
/** A token with other claims, and the signature of this one. */
function forge(token: string, change: object): string {
  const [header, claims = '', signature] = token.split('.');
  const changed = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), ...change };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

describe('Without a valid token', () => {
  it('nothing is read or changed', async () => {
    expect(await statusOf(nobody.get('order-service', `/orders/${annasOrder}`))).toBe(401);
    expect(await statusOf(nobody.post('order-service', '/orders', order('CUST-anna')))).toBe(401);
    expect(await statusOf(nobody.get('inventory-service', '/inventory'))).toBe(401);
    expect(await statusOf(nobody.get('notification-service', '/notifications'))).toBe(401);
    expect(await statusOf(nobody.get('order-service', '/metrics'))).toBe(401);
    expect(await statusOf(nobody.get('order-service', '/health'))).toBe(401);
  });

  it('a probe learns whether a service works, and nothing else', async () => {
    for (const path of ['/health/live', '/health/ready'])
      expect((await nobody.get('order-service', path)).body).toEqual({ status: 'up', checks: {} });
  });

  it('changed claims change nothing', async () => {
    const forged = forge(await shop.token('customer', 'CUST-ben'), { customer_id: 'CUST-anna', scope: 'orders:read' });
    expect(await statusOf(new Client(shop.system, forged).get('order-service', `/orders/${annasOrder}`))).toBe(401);
  });
});

describe('A customer', () => {
  it('places orders as the customer of the token, and as nobody else', async () => {
    const { status, body } = await anna.post('order-service', '/orders', order('CUST-anna'));
    expect([status, body.customerId]).toEqual([201, 'CUST-anna']);
    expect(await statusOf(anna.post('order-service', '/orders', order('CUST-ben')))).toBe(403);
  });

  it.each<[ServiceName, string, (orderId: string) => string]>([
    ['order-service', 'order', (id) => `/orders/${id}`],
    ['inventory-service', 'reservation', (id) => `/reservations/${id}`],
  ])('reads their own %s %s, and another’s does not exist', async (service, _, path) => {
    expect(await statusOf(anna.get(service, path(annasOrder)))).toBe(200);
    const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';
    const [others, none] = [await ben.get(service, path(annasOrder)), await ben.get(service, path(unknown))];
    expect(others.status).toBe(404);
    expect(others.body.detail).toBe(none.body.detail.replace(unknown, annasOrder));
  });

  it('cannot cancel another’s order', async () => {
    expect(await statusOf(ben.post('order-service', `/orders/${annasOrder}/cancel`, {}))).toBe(404);
    expect((await anna.get('order-service', `/orders/${annasOrder}`)).body.status).toBe('CONFIRMED');
  });

  it('lists only what is theirs, whatever they ask for', async () => {
    for (const [service, path] of [
      ['order-service', '/orders'],
      ['notification-service', '/notifications'],
    ] as const) {
      const entries = async (client: Client, query = '') => {
        const { body } = await client.get(service, path + query);
        return body.data ?? body;
      };
      expect((await entries(anna)).length).toBeGreaterThan(0);
      expect(await entries(ben)).toEqual([]);
      expect(await entries(ben, '?customerId=CUST-anna')).toEqual([]);
    }
  });

  it('does not see another’s notification, and cannot send it again', async () => {
    const { body } = await anna.get('notification-service', '/notifications');
    const path = `/notifications/${body[0].notificationId}`;
    expect(await statusOf(anna.get('notification-service', path))).toBe(200);
    expect(await statusOf(ben.get('notification-service', path))).toBe(404);
    expect(await statusOf(anna.post('notification-service', `${path}/resend`, {}))).toBe(403);
  });

  it('has a contact, and no access to another’s', async () => {
    const contact = { webhookUrl: 'http://127.0.0.1:9/hook' };
    expect(await statusOf(anna.put('notification-service', '/customers/CUST-anna/contact', contact))).toBe(201);
    expect(await statusOf(ben.get('notification-service', '/customers/CUST-anna/contact'))).toBe(404);
    expect(await statusOf(ben.put('notification-service', '/customers/CUST-anna/contact', contact))).toBe(404);
    const removal = { method: 'DELETE', body: '' };
    expect(await statusOf(ben.send('notification-service', '/customers/CUST-anna/contact', removal))).toBe(404);
    expect(await statusOf(anna.get('notification-service', '/customers/CUST-anna/contact'))).toBe(200);
    await anna.send('notification-service', '/customers/CUST-anna/contact', removal);
  });

  it('gets nothing of another by their idempotency key', async () => {
    const keyed = (body: object) => ({ method: 'POST', body, headers: { 'idempotency-key': 'k-1' } });
    const first = await anna.send('order-service', '/orders', keyed(order()));
    const others = await ben.send('order-service', '/orders', keyed(order()));
    expect([first.status, others.status, others.body.customerId]).toEqual([201, 201, 'CUST-ben']);
    expect(others.body.orderId).not.toBe(first.body.orderId);
    const cancel = `/orders/${first.body.orderId}/cancel`;
    expect(await statusOf(anna.send('order-service', cancel, keyed({})))).toBe(200);
    expect(await statusOf(ben.send('order-service', cancel, keyed({})))).toBe(404);
  });

  it('sees only their own changes in a stream', async () => {
    const token = await shop.token('customer', 'CUST-ben');
    const stream = await EventSource.open(`${shop.system.url('order-service')}/orders/stream`, undefined, token);
    await anna.post('order-service', '/orders', order());
    const own = (await ben.post('order-service', '/orders', order())).body.orderId;
    await eventually('Ben sees his order', async () => stream.events.some(({ data }) => data?.orderId === own));
    expect(new Set(stream.events.flatMap(({ data }) => data?.customerId ?? []))).toEqual(new Set(['CUST-ben']));
    stream.close();
  });

  it('does what staff and operators do for nobody', async () => {
    expect(await statusOf(anna.post('order-service', `/orders/${annasOrder}/fulfil`, {}))).toBe(403);
    expect(await statusOf(anna.post('inventory-service', '/inventory', { itemId: 'X', onHand: 1 }))).toBe(403);
    expect(await statusOf(anna.get('order-service', '/dead-letters'))).toBe(403);
    expect(await statusOf(anna.post('order-service', '/customers/CUST-ben/erase', {}))).toBe(403);
    expect(await statusOf(anna.get('order-service', '/metrics'))).toBe(403);
  });
});

describe('Staff and operators', () => {
  it('do their work, and not each other’s', async () => {
    const place = order('CUST-carla');
    const { status, body } = await staff.post('order-service', '/orders', place);
    expect(status).toBe(201);
    await eventually('it is confirmed', async () => {
      return (await staff.get('order-service', `/orders/${body.orderId}`)).body.status === 'CONFIRMED';
    });
    expect(await statusOf(operator.post('order-service', `/orders/${body.orderId}/fulfil`, {}))).toBe(403);
    expect(await statusOf(staff.post('order-service', `/orders/${body.orderId}/fulfil`, {}))).toBe(200);
    expect(await statusOf(staff.get('order-service', '/dead-letters'))).toBe(403);
    expect(await statusOf(operator.get('order-service', '/dead-letters'))).toBe(200);
    expect((await operator.get('order-service', '/health')).body.checks).toHaveProperty('kafka');
    expect(await statusOf(operator.get('order-service', '/metrics'))).toBe(200);
  });

  it('must name the customer of an order', async () => {
    const { status, body } = await staff.post('order-service', '/orders', order());
    expect([status, body.errors[0].pointer]).toEqual([400, '#/customerId']);
  });
});

it.each(SERVICES)(
  'The OpenAPI document that is kept of %s is the one that it serves (else run: npx nx run client:generate)',
  async (name) => {
    const kept = readFileSync(new URL(`../../../docs/reference/openapi/${name}.json`, import.meta.url), 'utf8');
    // Where people log in is configured.
    const withoutScheme = ({ components: { securitySchemes, ...components }, ...document }: HttpResponse['body']) => {
      expect(Object.keys(securitySchemes)).toEqual(['oauth2']);
      return { ...document, components };
    };
    const { body } = await nobody.get(name, '/openapi.json');
    expect(withoutScheme(body)).toEqual(withoutScheme(JSON.parse(kept)));
  },
);

it('An issuer that is away costs no client whose token is known to be good, and lets nobody in', async () => {
  const [known, fresh] = [await shop.as('customer', 'CUST-dora'), await shop.as('customer', 'CUST-emil')];
  const token = await shop.token('staff');
  await known.get('order-service', '/orders');
  await shop.stopIssuer();
  for (const client of [known, fresh])
    expect(await statusOf(client.post('order-service', '/orders', order()))).toBe(201); // the keys are known
  const forged = forge(token, { scope: 'operations:read' });
  expect(await statusOf(new Client(shop.system, forged).get('order-service', '/metrics'))).toBe(401);
  expect(await statusOf(nobody.get('order-service', '/health/live'))).toBe(200);
});
