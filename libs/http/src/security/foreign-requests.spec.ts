import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createShop } from '../testing/shop.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await createShop({ allowedHosts: ['order-service', '.shop.example', '0.0.0.0'] });
  await app.init();
});
afterAll(() => app.close());

describe('a request whose Host', () => {
  it.each([
    'localhost',
    'localhost:3001',
    'LOCALHOST',
    'a.localhost:3001',
    '127.0.0.1:3001',
    '10.1.2.3',
    '[::1]:3001',
    'order-service:3001',
    'Order-Service.',
    'shop.example',
    'orders.shop.example:443',
  ])('is %s is accepted', async (host) => {
    expect((await app.inject({ url: '/baskets', headers: { host } })).statusCode).toBe(200);
  });

  it.each([
    'attacker.example',
    'attacker.example:3001',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    'order-service.attacker.example',
    'notshop.example',
    '1.2.3',
    '[::1',
    'a@localhost',
    'localhost:x',
  ])('is %s is rejected, whatever it requests', async (host) => {
    for (const url of ['/baskets', '/nowhere', '/docs', '/health/live', '/openapi.json']) {
      const response = await app.inject({ url, headers: { host } });
      expect([response.statusCode, response.headers['content-type']]).toEqual([
        421,
        expect.stringContaining('application/problem+json'),
      ]);
      expect(response.json()).toMatchObject({ title: 'Misdirected Request', status: 421 });
    }
  });
});

describe('a request that changes something', () => {
  const post = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/baskets', headers: { host: 'localhost:3001', ...headers } });

  it.each([
    [{}],
    [{ origin: 'http://localhost:3001' }],
    [{ origin: 'https://localhost:3001' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3001' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('with %j is handled', async (headers) => {
    expect((await post(headers)).statusCode).toBe(201);
  });

  it.each([
    [{ origin: 'http://attacker.example' }],
    [{ origin: 'http://localhost:8080' }],
    [{ origin: 'null' }],
    [{ origin: 'localhost:3001' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3001' }],
  ])('with %j is rejected', async (headers) => {
    const response = await post(headers);
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      403,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('and comes from another origin is rejected before its body is read', async () => {
    const headers = { host: 'localhost', origin: 'null', 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/baskets', headers, payload: '{broken' });
    expect(response.statusCode).toBe(403);
  });

  it('is the only kind that is rejected: browsers do not show other responses to another origin', async () => {
    const headers = { host: 'localhost', origin: 'http://attacker.example', 'sec-fetch-site': 'cross-site' };
    const response = await app.inject({ url: '/baskets', headers });
    expect(response.statusCode).toBe(200);
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('pages of an allowed origin', () => {
  const ORIGIN = 'https://shop.example';
  let shop: NestFastifyApplication;
  beforeAll(async () => {
    shop = await createShop({ origins: [ORIGIN] });
    await shop.init();
  });
  afterAll(() => shop.close());
  const headers = (origin: string) => ({ host: 'localhost', origin, 'sec-fetch-site': 'cross-site' });

  it('may request changes, and read responses', async () => {
    const response = await shop.inject({ method: 'POST', url: '/baskets', headers: headers(ORIGIN), payload: {} });
    expect([response.statusCode, response.headers['access-control-allow-origin']]).toEqual([201, ORIGIN]);
    expect(response.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('are the only ones', async () => {
    const response = await shop.inject({
      method: 'POST',
      url: '/baskets',
      headers: headers('https://attacker.example'),
      payload: {},
    });
    expect([response.statusCode, response.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});
