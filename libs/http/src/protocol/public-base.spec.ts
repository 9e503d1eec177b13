import { afterEach, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createShop } from '../testing/shop.js';

let app: NestFastifyApplication;
afterEach(() => app.close());

it.each([
  [undefined, '', '/'],
  ['/shop', '/shop', '/shop'],
  ['https://example.com/shop', 'https://example.com/shop', 'https://example.com/shop'],
])('behind %s, Location, Link and the server of the document begin with it', async (publicBase, start, server) => {
  app = await createShop({ publicBase });
  await app.init();
  const { headers } = await app.inject('/next?limit=2');
  expect(headers.location).toBe(`${start}/baskets/7`);
  expect(headers.link).toBe(`<${start}/next?limit=2&cursor=7>; rel="next"`);
  const document = (await app.inject('/openapi.json')).json<{ servers: object[]; info: { description: string } }>();
  expect(document.servers).toEqual([{ url: server }]);
  expect(document.info.description).toContain(`(${start}/docs/events)`);
});
