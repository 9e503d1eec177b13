import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TokenVerifier } from '@orderflow/auth';
import { type TestClaims, TestIssuer } from '@orderflow/auth/testing';
import { fastify } from 'fastify';
import { bodies, createSecuredShop } from '../testing/secured-shop.js';
import { authenticateRequests } from './authentication.js';

let issuer: TestIssuer;
let app: NestFastifyApplication;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  app = await createSecuredShop(issuer);
});
afterAll(async () => {
  await app?.close();
  await issuer.stop();
});

type Request = Exclude<Parameters<NestFastifyApplication['inject']>[0], string | undefined>;

const inject = (request: Request, token?: string) =>
  app.inject({ ...request, headers: { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) } });
const as = async (claims: TestClaims, request: Request = { url: '/baskets' }) =>
  inject(request, await issuer.token(claims));

describe('a request', () => {
  it('without a token gets 401 and what to send, whether its path and method exist or not', async () => {
    for (const [method, url] of [
      ['GET', '/baskets'],
      ['POST', '/baskets'],
      ['DELETE', '/baskets'],
      ['GET', '/nowhere'],
      ['GET', '/docs/../baskets'],
      ['GET', '//baskets'],
      ['GET', '/%62askets'],
      ['GET', `/baskets/${'x'.repeat(101)}/lines`],
      ['GET', `/baskets/${'x'.repeat(15_000)}/lines`],
    ] as const) {
      const response = await inject({ method, url });
      expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, 'Bearer realm="orderflow"']);
      expect(response.json()).toMatchObject({ status: 401, detail: 'An access token is required' });
    }
  });

  it('with a token that is not valid gets 401 and why', async () => {
    const response = await as({ aud: 'billing', scope: 'orders:read' });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="orderflow", error="invalid_token", error_description="The aud of the token is not accepted"',
    );
  });

  it('with a token that does not allow it gets 403 and what would', async () => {
    const response = await as({ scope: 'orders:write' });
    expect(response.statusCode).toBe(403);
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="orderflow", error="insufficient_scope", scope="customer orders:read"',
    );
  });

  it('gets the same if its handler demands a further scope', async () => {
    const request = { url: '/baskets/values' };
    expect((await as({ scope: 'orders:read payloads:read' }, request)).json()).toEqual({ values: [1] });
    const response = await as({ scope: 'orders:read' }, request);
    expect(response.statusCode).toBe(403);
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="orderflow", error="insufficient_scope", scope="payloads:read"',
    );
    expect(response.json()).toMatchObject({ status: 403, detail: 'This also requires the scope payloads:read' });
  });

  it('is handled for its caller', async () => {
    expect((await as({ sub: 'jo', scope: 'orders:read' })).json()).toEqual({ subject: 'jo', customerId: 'all' });
    expect((await as({ sub: 'jo', scope: 'customer', customer_id: 'CUST-1' })).json()).toEqual({
      subject: 'jo',
      customerId: 'CUST-1',
    });
  });

  it('that is not allowed is refused before its body is read', async () => {
    const payload = `{"a":${'['.repeat(70_000)}`; // too large, and malformed
    const request = {
      method: 'POST',
      url: '/baskets',
      payload,
      headers: { 'content-type': 'application/json' },
    } as const;
    expect((await inject(request)).statusCode).toBe(401);
    expect((await as({ scope: 'orders:read' }, request)).statusCode).toBe(403);
    expect((await as({ scope: 'orders:write' }, request)).statusCode).toBe(413);
    expect(bodies).toEqual([]);
  });

  it('with any valid token is told that its path or method does not exist', async () => {
    expect((await as({}, { url: '/nowhere' })).statusCode).toBe(404);
    expect((await as({}, { method: 'DELETE', url: '/baskets' })).statusCode).toBe(405);
    expect((await as({}, { method: 'POST', url: `/baskets/${'x'.repeat(15_000)}/lines` })).statusCode).toBe(405);
  });

  it('gets 503 while the issuer’s keys cannot be fetched, and a public one does not', async () => {
    const away = await TestIssuer.start();
    const token = await away.token({ scope: 'orders:read' });
    const other = await createSecuredShop(away);
    await away.stop();
    const response = await other.inject({ url: '/baskets', headers: { authorization: `Bearer ${token}` } });
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
    expect((await other.inject('/openapi.json')).statusCode).toBe(200);
    await other.close();
  });
});

describe('a route', () => {
  it.each([
    '/',
    '/openapi.json',
    '/openapi.yaml',
    '/docs',
    '/docs/swagger-ui-init.js',
    '/docs/swagger-ui.css',
    '/docs/events',
    '/asyncapi.json',
  ])('%s is public', async (url) => {
    expect((await inject({ url })).statusCode).toBe(200);
  });

  it('of a stream keeps both its media type and its scopes', async () => {
    expect(
      (await as({ scope: 'orders:read' }, { url: '/baskets/stream', headers: { accept: 'text/html' } })).statusCode,
    ).toBe(406);
    expect((await inject({ url: '/baskets/stream' })).statusCode).toBe(401);
  });

  it('that neither is public nor requires a scope keeps the service from starting', async () => {
    const server = fastify();
    authenticateRequests(server, {} as TokenVerifier, undefined);
    server.get('/forgotten', () => 'secret');
    await expect(server.ready()).rejects.toThrow('No scope allows GET /forgotten');
    await server.close();
  });
});

describe('without a verifier', () => {
  it('everyone may do everything', async () => {
    const open = await createSecuredShop(undefined);
    expect((await open.inject('/baskets')).json()).toEqual({ subject: 'anyone', customerId: 'all' });
    expect((await open.inject('/metrics')).statusCode).toBe(200);
    await open.close();
  });
});
