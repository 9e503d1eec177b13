import http from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { ROLES } from '../../../tools/issuer/roles.mjs';
import { type Attack, sqlAttacks } from './inputs/attacks.js';
import { Client, type HttpResponse } from './system/client.js';
import { eventually } from './system/eventually.js';
import { type Role, SecuredSystem } from './system/secured-system.js';
import { type ServiceName, SERVICES } from './system/system.js';
import { readTopic } from './system/topics.js';

/** What a request of an attacker may get; never an error of the service. */
const HARMLESS = [200, 201, 202, 204, 400, 403, 404, 409, 412, 422];
const CONTACT = { webhookUrl: 'http://127.0.0.1:9/hook' };

interface Request {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

let shop: SecuredSystem;
let anna: Client;
const tokens = new Map<Role, string>();
let ids: Record<string, string>;
/** What Anna has, as she sees it. */
let before: unknown;

beforeAll(async () => {
  shop = await SecuredSystem.start();
  anna = await shop.as('customer', 'CUST-anna');
  tokens.set('customer', await shop.token('customer', 'CUST-ben'));
  for (const role of ['staff', 'operator'] as const) tokens.set(role, await shop.token(role));
  await place(anna, 'ITEM-003');
  await anna.put('notification-service', '/customers/CUST-anna/contact', CONTACT);
  before = await annasData();
  const orderId = await place(new Client(shop.system, tokens.get('customer')), 'ITEM-001');
  ids = { orderId, itemId: 'ITEM-002', customerId: 'CUST-ben' };
});
afterAll(() => shop?.stop());

/** @returns the id of a confirmed order, of which its customer is notified */
async function place(client: Client, itemId: string): Promise<string> {
  const order = { items: [{ itemId, quantity: 1 }], totalAmount: 10 };
  const { orderId } = (await client.post('order-service', '/orders', order)).body;
  await eventually('the customer is notified', async () => {
    return (await client.get('notification-service', `/notifications?orderId=${orderId}`)).body.length === 2;
  });
  return orderId;
}

/** Sends a request as it is, whatever its path; of a stream, only the beginning is of interest. */
function ask(service: ServiceName, path: string, { method = 'GET', token = '', headers = {}, body }: Request = {}) {
  const { hostname, port } = new URL(shop.system.url(service));
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const all = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers };
    const request = http.request({ hostname, port, path, method, headers: all }, (response) => {
      const end = (all: string) => resolve({ status: Number(response.statusCode), text: all });
      if (response.headers['content-type'] !== 'text/event-stream') return void text(response).then(end, reject);
      response.destroy();
      end('');
    });
    request.once('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

const bodyOf = async (response: Promise<HttpResponse>) => (await response).body as unknown;
const annasData = () =>
  Promise.all([
    bodyOf(anna.get('order-service', '/orders')),
    bodyOf(anna.get('notification-service', '/notifications')),
    bodyOf(anna.get('notification-service', '/customers/CUST-anna/contact')),
    bodyOf(anna.get('inventory-service', '/inventory/ITEM-003')),
  ]);

describe('SQL in any string of any operation', () => {
  it.each(SERVICES)('of %s changes and shows nothing of others', async (service) => {
    const everything = sqlAttacks((await anna.get(service, '/openapi.json')).body, ids);
    const isErasure = ({ method, url }: Attack) => method === 'POST' && url.includes('/erase');
    // Erasures last: until then the requests find what Ben has.
    const attacks = [...everything.filter((attack) => !isErasure(attack)), ...everything.filter(isErasure)];
    expect(attacks.length).toBeGreaterThan(200);
    const erasures = new Set<string>();
    for (const { name, scopes, url, ...request } of attacks) {
      for (const [role, token] of tokens) {
        if (!ROLES[role].some((scope) => scopes.includes(scope))) continue;
        const { status, text } = await ask(service, url, { ...request, token });
        expect([name, status, HARMLESS.includes(status)]).toEqual([name, status, true]);
        expect([name, text.includes('CUST-anna')]).toEqual([name, false]);
        if (status === 202 && text.includes('erasureId')) erasures.add(JSON.parse(text).erasureId);
      }
    }
    const operator = new Client(shop.system, tokens.get('operator'));
    expect(erasures.size).toBeGreaterThan(0);
    for (const id of erasures) {
      await eventually('it is erased', async () => (await operator.get(service, `/erasures/${id}`)).body.finishedAt);
    }
    expect(await annasData()).toEqual(before);
  });
});

describe('A path', () => {
  it.each([
    '/docs/../metrics',
    '/docs/%2e%2e/metrics',
    '/docs/..%2fmetrics',
    '/docs/..%5c..%5cpackage.json',
    '/docs/%252e%252e/metrics',
    '/health/live/../../metrics',
    '/health/live%2f..%2f..%2fmetrics',
    '/health/live;/../metrics',
    '//metrics',
    '/./metrics',
    '/metrics/',
    '/metrics;x',
    '/METRICS',
    '/%6detrics',
    '/metrics%00',
    '/metrics?/docs',
    '/orders#/docs',
    'http://localhost/metrics',
    '/orders/../health',
  ])('such as %s leads to nothing without a token', async (path) => {
    for (const service of SERVICES) {
      const { status, text } = await ask(service, path, { headers: { 'x-original-url': '/health/live', 'x-rewrite-url': '/docs' } }); // prettier-ignore
      expect([400, 401, 403, 404]).toContain(status);
      expect(JSON.parse(text)).toEqual(expect.objectContaining({ status }));
    }
  });

  it('is not reached by another method than the one that is public', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS', 'PROPFIND']) {
      const headers = { 'x-http-method-override': 'GET' };
      expect([400, 401, 404, 405]).toContain((await ask('order-service', '/health/live', { method, headers })).status);
    }
  });
});

describe('The headers of events', () => {
  it('have nothing of a client but the ids of a trace', async () => {
    const injected = '\r\nce_type: ORDER_FULFILLED\r\nce_id: 1';
    const token = String(tokens.get('staff'));
    const order = (customerId: string) => ({
      customerId,
      items: [{ itemId: 'ITEM-001', quantity: 1 }],
      totalAmount: 10,
    });
    const headers = {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      tracestate: 'shop=ce_type',
      baggage: 'ce_type=ORDER_FULFILLED,ce_id=1',
      'x-request-id': 'ce_type: ORDER_FULFILLED',
      ce_type: 'ORDER_FULFILLED',
      'ce-id': '1',
      'idempotency-key': 'ce_type: ORDER_FULFILLED',
    };
    const post = (path: string, body: object) => ask('order-service', path, { method: 'POST', token, headers, body });
    expect((await post('/orders', order(`CUST-x${injected}`))).status).toBe(400);
    const placed = await post('/orders', order('CUST-carla'));
    const { orderId } = JSON.parse(placed.text);
    const cancel = (reason: string) => post(`/orders/${orderId}/cancel`, { reason });
    expect([(await cancel(injected)).status, (await cancel('ce_type: ORDER_FULFILLED')).status]).toEqual([400, 200]);

    const kafka = new Kafka({ brokers: [shop.system.brokers], logLevel: logLevel.NOTHING });
    let events: Record<string, string>[] = [];
    await eventually('the order and its cancellation are published', async () => {
      const stored = (await readTopic(kafka, 'order-events')).filter(({ key }) => String(key) === orderId);
      events = stored.map(({ headers: all }) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]))); // prettier-ignore
      return events.length === 2;
    });
    expect(events.map(({ ce_type }) => ce_type)).toEqual(['ORDER_CREATED', 'ORDER_CANCELLED']);
    const names = ['ce_dataschema', 'ce_id', 'ce_source', 'ce_specversion', 'ce_subject', 'ce_time', 'ce_type', 'content-type', 'correlation-id', 'traceparent', 'tracestate']; // prettier-ignore
    for (const event of events) {
      expect(names).toEqual(expect.arrayContaining(Object.keys(event)));
      expect(Object.values(event).filter((value) => /[^\x20-\x7e]|ORDER_FULFILLED|baggage/.test(value))).toEqual([]);
      expect(event['ce_id']).not.toBe('1');
    }
  });
});
