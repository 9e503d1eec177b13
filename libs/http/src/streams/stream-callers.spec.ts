import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ANYONE, type Caller } from '@orderflow/auth';
import { createNews, News } from '../testing/news.js';
import { RawClient } from '../testing/raw-client.js';

let app: NestFastifyApplication;
let news: News;
let caller: Caller;

beforeEach(async () => {
  app = await createNews();
  news = app.get(News);
  const hooks = app.getHttpAdapter().getInstance();
  hooks.addHook('preHandler', async (request) => void (request.caller = caller));
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  jest.useRealTimers();
  await app.close();
});

/** @returns a stream that has begun */
async function follow(headers = ''): Promise<RawClient> {
  const client = await RawClient.connect(app);
  client.send(`GET /news/stream HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`);
  await client.until('retry: ');
  return client;
}

const sports = (text: string) => ({ topic: 'sports', text });

describe('when the token of a stream expires', () => {
  const expiringIn = (ms: number): Caller => ({ ...ANYONE, subject: 'anna', expiresAt: Date.now() + ms });

  it('the stream ends cleanly, and continues with a new token after the last event', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    caller = expiringIn(60_000);
    const client = await follow();
    news.publish(sports('1-0'));
    await client.until('1-0');
    jest.advanceTimersByTime(60_000);
    expect(await client.closed()).toMatch(/id: 1\ndata: .*\r\n0\r\n\r\n$/s);
    while (news.users > 0) await nextTurn();
    news.publish(sports('2-0'));
    caller = expiringIn(60_000);
    const next = await follow('last-event-id: 1\r\n');
    await next.until('2-0');
    expect(next.received).not.toContain('1-0');
  });

  it('it has ended already if the token expires while the stream begins', async () => {
    caller = expiringIn(-1_000);
    expect(await (await follow()).closed()).toMatch(/retry: .*\r\n0\r\n\r\n$/s);
  });

  it.each([
    ['never', undefined],
    ['in a year', 31_536_000_000],
  ])('%s, it stays open', async (_, ms) => {
    caller = { ...expiringIn(0), expiresAt: ms && Date.now() + ms };
    const client = await follow();
    for (let n = 0; n < 3; n += 1) await app.inject({ url: '/news/next', headers: { host: 'localhost' } });
    news.publish(sports('1-0'));
    await client.until('1-0');
  });
});

it('One token does not get all streams', async () => {
  caller = { ...ANYONE, subject: 'anna', customerId: 'CUST-A' };
  const stream = () => app.inject({ url: '/news/stream', headers: { host: 'localhost' } });
  const first = await follow();
  expect((await stream()).statusCode).toBe(503);
  caller = { ...caller, subject: 'ben', customerId: 'CUST-B' };
  await follow();
  first.close();
  while (news.users > 1) await nextTurn();
  caller = { ...caller, subject: 'anna', customerId: 'CUST-A' };
  await follow();
});
