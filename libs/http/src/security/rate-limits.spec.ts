import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TestIssuer } from '@orderflow/auth/testing';
import { createSecuredShop } from '../testing/secured-shop.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
});
afterAll(() => issuer.stop());

describe('with a limit per minute', () => {
  const limited = (of?: TestIssuer) => createSecuredShop(of, { requestsPerMinute: 3, trustedProxies: ['127.0.0.1'] });
  const statuses = async (
    to: NestFastifyApplication,
    times: number,
    request: { readonly url: string; readonly headers?: Record<string, string> },
  ) => {
    const found: number[] = [];
    for (let n = 0; n < times; n += 1) found.push((await to.inject(request)).statusCode);
    return found;
  };
  const bearer = async (sub: string) => ({
    authorization: `Bearer ${await issuer.token({ sub, scope: 'orders:read' })}`,
  });

  it('each subject has its own', async () => {
    const shop = await limited(issuer);
    const jo = { url: '/baskets', headers: await bearer('jo') };
    expect(await statuses(shop, 4, jo)).toEqual([200, 200, 200, 429]);
    const last = await shop.inject(jo);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(last.json()).toMatchObject({ status: 429 });
    expect(await statuses(shop, 1, { url: '/baskets', headers: await bearer('ida') })).toEqual([200]);
    await shop.close();
  });

  it('requests without a valid token are counted for their address, as a trusted proxy names it', async () => {
    const shop = await limited(issuer);
    const from = (address: string) => ({ url: '/baskets', headers: { 'x-forwarded-for': address } });
    expect(await statuses(shop, 4, from('192.0.2.1'))).toEqual([401, 401, 401, 429]);
    expect(await statuses(shop, 1, from('192.0.2.2'))).toEqual([401]);
    expect(await statuses(shop, 9, { url: '/openapi.json' })).toEqual(Array(9).fill(200));
    await shop.close();
  });

  it('without authentication, each address has its own', async () => {
    const shop = await limited();
    expect(await statuses(shop, 4, { url: '/baskets' })).toEqual([200, 200, 200, 429]);
    await shop.close();
  });
});
