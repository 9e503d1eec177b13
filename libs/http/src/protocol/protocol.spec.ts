import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseResponse, RawClient } from '../testing/raw-client.js';
import { createShop } from '../testing/shop.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await createShop();
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

describe('an error of the parser is a problem document', () => {
  it.each([
    [400, 'what is no HTTP', 'HELLO\r\n\r\n'],
    [400, 'a header without a name', 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n'],
    [400, 'two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [400, 'no Host', 'GET /baskets HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [431, 'too large a header', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('%i for %s', async (expected, _, text) => {
    const client = await RawClient.connect(app);
    client.send(text);
    const { status, headers, body } = parseResponse(await client.closed());
    expect([status, headers.get('content-type')]).toEqual([
      expected,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(body).toMatchObject({ type: 'about:blank', status: expected });
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['PUT', '/baskets', 'GET, HEAD, POST'],
    ['DELETE', '/baskets?limit=1', 'GET, HEAD, POST'],
    ['OPTIONS', '/baskets/1', 'GET, HEAD'],
    ['PATCH', '/baskets/1/empty', 'POST'],
    ['GET', '/baskets/sort', 'POST'],
    ['GET', '/baskets/1/empty', 'POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['POST', '/docs/events', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
  ] as const)('is a 405 that names the others: %s %s', async (method, url, allow) => {
    const response = await app.inject({ method, url });
    expect([response.statusCode, response.headers['allow']]).toEqual([405, allow]);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ title: 'Method Not Allowed', status: 405 });
  });

  it('is a 404 on an unknown path', async () => {
    const response = await app.inject({ method: 'PUT', url: '/nowhere' });
    expect([response.statusCode, response.headers['allow']]).toEqual([404, undefined]);
  });
});

it('HEAD responds like GET, without the body', async () => {
  for (const [url, status] of [
    ['/baskets', 200],
    ['/docs', 200],
    ['/nowhere', 404],
    ['/baskets?limit=x', 400],
  ] as const) {
    const response = await fetch(`${await app.getUrl()}${url}`, { method: 'HEAD' });
    expect([url, response.status, await response.text()]).toEqual([url, status, '']);
  }
});

describe('Accept', () => {
  it.each([
    ['/baskets', undefined],
    ['/baskets', '*/*'],
    ['/baskets', 'application/*'],
    ['/baskets', 'application/json'],
    ['/baskets', 'application/problem+json'],
    ['/baskets', 'text/html, application/json;q=0.1'],
    ['/docs', 'text/html,application/xhtml+xml'],
    ['/docs/events', 'text/html'],
    ['/docs/swagger-ui.css', 'text/css,*/*;q=0.1'],
    ['/metrics', 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'],
    ['/metrics', 'text/plain'],
    ['/openapi.yaml', 'application/yaml'],
  ])('of %s may be %s', async (url, accept) => {
    const response = await app.inject({ url, headers: accept === undefined ? {} : { accept } });
    expect(response.statusCode).toBe(200);
  });

  it.each([
    ['/baskets', 'text/html'],
    ['/baskets', 'application/xml, text/*'],
    ['/baskets', 'application/json;q=0, application/problem+json;q=0, text/html'],
    ['/openapi.json', 'image/png'],
    ['/docs', 'application/json'],
    ['/docs/events', 'application/json'],
  ])('of %s that is %s is a 406', async (url, accept) => {
    const response = await app.inject({ url, headers: { accept } });
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      406,
      expect.stringContaining('application/problem+json'),
    ]);
  });
});

it('browsers neither guess media types nor show pages in frames', async () => {
  for (const url of [
    '/baskets',
    '/nowhere',
    '/%zz',
    '/docs',
    '/docs/events',
    '/docs/swagger-ui-bundle.js',
    '/metrics',
  ]) {
    expect((await app.inject(url)).headers['x-content-type-options']).toBe('nosniff');
  }
  for (const url of ['/docs', '/docs/events']) {
    const policy = (await app.inject(url)).headers['content-security-policy'];
    for (const directive of ["frame-ancestors 'none'", "default-src 'none'", "script-src 'self'", "base-uri 'none'"]) {
      expect(policy).toContain(directive);
    }
  }
});
