import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TestIssuer } from '@orderflow/auth/testing';
import { fastify, type FastifyRequest } from 'fastify';
import { createSecuredShop } from '../testing/secured-shop.js';
import { createRateLimiter } from './rate-limits.js';

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

  it('requests from a network of 64 bits are counted as from one address', async () => {
    const shop = await limited(issuer);
    const from = async (address: string) => {
      const request = { url: '/baskets', headers: { 'x-forwarded-for': address } };
      return (await shop.inject(request)).statusCode;
    };
    const found: number[] = [];
    for (let n = 0; n < 6; n += 1) found.push(await from(`2001:db8::${n}`));
    expect(found).toEqual([401, 401, 401, 429, 429, 429]);
    expect(await from('2001:db8:0:1::')).toBe(401);
    await shop.close();
  });

  it('an address is not what a client says of itself', async () => {
    const trusting = await limited(issuer);
    const stranger = await createSecuredShop(issuer, { requestsPerMinute: 3, trustedProxies: ['192.0.2.1'] });
    const found: number[][] = [];
    for (let n = 0; n < 4; n += 1) {
      const throughProxy = { url: '/baskets', headers: { 'x-forwarded-for': `198.51.100.${n}, 192.0.2.7` } };
      const direct = { url: '/baskets', headers: { 'x-forwarded-for': `198.51.100.${n}` } };
      found.push([(await trusting.inject(throughProxy)).statusCode, (await stranger.inject(direct)).statusCode]);
    }
    expect(found).toEqual([...Array<number[]>(3).fill([401, 401]), [429, 429]]);
    await trusting.close();
    await stranger.close();
  });

  it('a valid token is admitted, though its address has sent too many without one', async () => {
    const shop = await limited(issuer);
    expect(await statuses(shop, 4, { url: '/baskets' })).toEqual([401, 401, 401, 429]);
    const headers = { authorization: `Bearer ${await issuer.token({ sub: 'neighbour', scope: 'orders:read' })}` };
    expect(await statuses(shop, 1, { url: '/baskets', headers })).toEqual([200]);
    await shop.close();
  });

  it('requests that cannot be decided while the issuer is away are counted, too', async () => {
    const away = await TestIssuer.start();
    const headers = { authorization: `Bearer ${await away.token({ scope: 'orders:read' })}` };
    const shop = await limited(away);
    await away.stop();
    expect(await statuses(shop, 4, { url: '/baskets', headers })).toEqual([503, 503, 503, 429]);
    await shop.close();
  });

  it('without authentication, each address has its own', async () => {
    const shop = await limited();
    expect(await statuses(shop, 4, { url: '/baskets' })).toEqual([200, 200, 200, 429]);
    await shop.close();
  });
});

describe('counts', () => {
  const from = (ip: string) => ({ ip, routeOptions: { config: {} } }) as unknown as FastifyRequest;

  it('of addresses are kept for the last 10,000, and displace none of a subject', async () => {
    const server = fastify();
    const limiter = await createRateLimiter(server, 1);
    const isTooMany = async (address: string) => (await limiter?.countAddress(from(address))) !== undefined;
    const isAnotherOfJo = async () => (await limiter?.countSubject(from('192.0.2.1'), 'jo')) !== undefined;
    expect([await isAnotherOfJo(), await isTooMany('192.0.2.1')]).toEqual([false, false]);
    for (let n = 1; n < 10_000; n += 1) await isTooMany(`10.0.${n >> 8}.${n & 255}`);
    expect([await isAnotherOfJo(), await isTooMany('192.0.2.1')]).toEqual([true, true]);
    for (let n = 0; n < 10_000; n += 1) await isTooMany(`10.1.${n >> 8}.${n & 255}`);
    expect([await isAnotherOfJo(), await isTooMany('192.0.2.1')]).toEqual([true, false]);
    await server.close();
  });
});
