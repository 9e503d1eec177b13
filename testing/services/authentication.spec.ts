import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SCOPES } from '@orderflow/auth';
import { TestIssuer } from '@orderflow/auth/testing';
import { topology } from '@orderflow/events';
import { loadDocument } from './load-document.js';
import { startService } from './start-service.js';

/** Everything that needs no token, written down once more. */
const PUBLIC = new Set([
  '/',
  '/openapi.json',
  '/openapi.yaml',
  '/asyncapi.json',
  '/health/live',
  '/health/ready',
  '/docs',
  '/docs/',
  '/docs/*',
  '/docs/index.html',
  '/docs/LICENSE',
  '/docs/events',
  '/docs/swagger-ui-init.js',
  '/docs/docs/swagger-ui-init.js',
]);

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
});
afterAll(() => issuer.stop());

/** Every route that Fastify knows, also those outside Nest, as method and template. */
function routesOf(app: NestFastifyApplication): (readonly [method: string, template: string])[] {
  const path: string[] = [];
  const tree = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment = '', methods] = /^([│├└─ ]*)(\S+)(?: \((.+)\))?$/.exec(line) ?? [];
    path.splice(indent.length / 4 - 1, Infinity, segment);
    return methods?.split(', ').map((method) => [method, path.join('')] as const) ?? [];
  });
}

describe.each(topology)('every route of $name', ({ name }) => {
  let app: NestFastifyApplication;
  let routes: ReturnType<typeof routesOf>;
  beforeAll(async () => {
    app = await startService(name, issuer);
    routes = routesOf(app);
  });
  afterAll(() => app.close());

  const statuses = async (token?: string) =>
    Promise.all(
      routes
        .filter(([, template]) => !PUBLIC.has(template))
        .map(async ([method, template]) => {
          const url = template.replace(/:\w+/g, 'x');
          const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
          const { statusCode } = await app.inject({ method: method as 'GET', url, headers });
          return `${method} ${template}: ${statusCode}`;
        }),
    );
  const withStatus = (status: number) =>
    routes
      .filter(([, template]) => !PUBLIC.has(template))
      .map(([method, template]) => `${method} ${template}: ${status}`);

  it('is one that this test knows of', async () => {
    const { paths } = await loadDocument(name);
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(documented.length).toBeGreaterThan(10);
    expect(routes.map(([method, template]) => `${method} ${template}`)).toEqual(expect.arrayContaining(documented));
  });

  it('responds 401 without a token, but for the public ones', async () => {
    expect(await statuses()).toEqual(withStatus(401));
  });

  it('responds 401 with a token of someone else', async () => {
    const other = await TestIssuer.start();
    expect(await statuses(await other.token({ scope: Object.keys(SCOPES).join(' ') }))).toEqual(withStatus(401));
    await other.stop();
  });

  it('responds 403 with a token that allows nothing', async () => {
    expect(await statuses(await issuer.token({ customer_id: 'CUST-1' }))).toEqual(withStatus(403));
  });
});
