import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createShop } from '../testing/shop.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await createShop({ publicBase: '/shop' });
  await app.init();
});
afterAll(() => app.close());

const get = (accept: string) => app.inject({ url: '/', headers: { accept } });
const PATHS = ['/docs', '/openapi.json', '/health', '/metrics', '/docs/events', '/asyncapi.json'];

it.each(['*/*', 'text/html,application/xhtml+xml;q=0.9', 'text/*'])(
  'GET / is a page for the Accept %s',
  async (accept) => {
    const { statusCode, headers, body } = await get(accept);
    expect([statusCode, headers['content-type'], headers.vary]).toEqual([200, 'text/html; charset=utf-8', 'accept']);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect([...body.matchAll(/href="(.*?)"/g)].map(([, path]) => path)).toEqual(PATHS.map((path) => `/shop${path}`));
  },
);

it.each(['application/json', 'application/json, text/html;q=0.5'])(
  'GET / is JSON for the Accept %s',
  async (accept) => {
    const { title, links } = (await get(accept)).json<{ title: string; links: Record<string, string> }>();
    expect([title, Object.values(links)]).toEqual(['Shop', PATHS.map((path) => `/shop${path}`)]);
  },
);

it('GET / is a 406 for other types', async () => {
  expect((await get('image/png')).statusCode).toBe(406);
});

it('each place that GET / names exists', async () => {
  for (const path of PATHS.filter((path) => path !== '/health')) expect((await app.inject(path)).statusCode).toBe(200);
});
