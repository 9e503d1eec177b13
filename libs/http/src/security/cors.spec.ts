import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TestIssuer } from '@orderflow/auth/testing';
import { createSecuredShop } from '../testing/secured-shop.js';

const ORIGIN = 'https://shop.example';
const PREFLIGHT = { origin: ORIGIN, 'access-control-request-method': 'POST' };

let issuer: TestIssuer;
let app: NestFastifyApplication;
beforeAll(async () => {
  issuer = await TestIssuer.start();
  app = await createSecuredShop(issuer, { origins: ['https://other.example', ORIGIN] });
});
afterAll(async () => {
  await app?.close();
  await issuer.stop();
});

const options = (url: string, headers: Readonly<Record<string, string>>) =>
  app.inject({ method: 'OPTIONS', url, headers });

describe('an app that pages of other origins may use', () => {
  it('tells them so before they send a request, without a token', async () => {
    const { statusCode, headers, body } = await options('/baskets', {
      ...PREFLIGHT,
      'access-control-request-headers': 'authorization, content-type',
    });
    expect([statusCode, body]).toEqual([204, '']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': expect.stringContaining('PUT'),
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '86400',
      vary: 'origin, access-control-request-headers',
    });
  });

  it('lets them read responses, also those that refuse', async () => {
    const { statusCode, headers } = await app.inject({ url: '/baskets', headers: { origin: ORIGIN } });
    expect(statusCode).toBe(401);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': expect.stringContaining('WWW-Authenticate'),
      vary: 'origin',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['of another origin', { ...PREFLIGHT, origin: 'https://attacker.example' }],
    ['of a part of the origin', { ...PREFLIGHT, origin: 'https://shop.exampl' }],
    ['without an origin', { 'access-control-request-method': 'POST' }],
    ['that is no preflight', { origin: ORIGIN }],
    ['without anything', {}],
  ])('treats OPTIONS %s as any request', async (_, headers) => {
    const known = { ...headers, authorization: `Bearer ${await issuer.token()}` };
    for (const [url, given, status] of [
      ['/baskets', headers, 401],
      ['/nowhere', headers, 401],
      ['/baskets', known, 405],
      ['/nowhere', known, 404],
    ] as const) {
      const response = await options(url, given);
      expect([url, response.statusCode, response.headers['content-type']]).toEqual([
        url,
        status,
        expect.stringContaining('application/problem+json'),
      ]);
      expect(response.headers['access-control-allow-methods']).toBeUndefined();
      if (headers['origin'] !== ORIGIN) expect(response.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('has the same routes as any other', async () => {
    const closed = await createSecuredShop(issuer);
    const routesOf = async (of: NestFastifyApplication) => {
      const server = of.getHttpAdapter().getInstance();
      await server.ready();
      return server.printRoutes();
    };
    expect(await routesOf(app)).toBe(await routesOf(closed));
    await closed.close();
  });
});
