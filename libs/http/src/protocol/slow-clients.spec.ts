import { once } from 'node:events';
import type { Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseResponse, RawClient } from '../testing/raw-client.js';
import { createShop, inHand } from '../testing/shop.js';
import { type ConnectionLimits, DEFAULT_LIMITS } from './connection-limits.js';

const HALF =
  'POST /baskets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';

let app: NestFastifyApplication;
const clients: RawClient[] = [];

async function listen(limits: Partial<ConnectionLimits> = {}): Promise<void> {
  app = await createShop({ limits });
  await app.listen(0, '127.0.0.1');
}

async function connect(): Promise<RawClient> {
  const client = await RawClient.connect(app);
  clients.push(client);
  return client;
}

afterEach(async () => {
  jest.useRealTimers();
  for (const client of clients.splice(0)) client.close();
  inHand.work = () => Promise.resolve();
  await app.close();
});

it.each([
  ['body that stops', HALF],
  ['header that stops', 'GET /baskets HTTP/1.1\r\nHost: local'],
  ['connection without a byte', ''],
])('a %s gets a 408 after the request timeout', async (_, text) => {
  await listen({ requestTimeoutMs: 100 });
  const client = await connect();
  client.send(text);
  const { status, headers, body } = parseResponse(await client.closed());
  expect([status, headers.get('content-type')]).toEqual([408, expect.stringContaining('application/problem+json')]);
  expect(body).toMatchObject({ status: 408, title: 'Request Timeout' });
});

it('a body that trickles in has no more time than others', async () => {
  await listen({ requestTimeoutMs: 200 });
  const client = await connect();
  client.send(HALF);
  const trickle = setInterval(() => client.send(' '), 10);
  expect(parseResponse(await client.closed()).status).toBe(408);
  clearInterval(trickle);
});

it('a connection beyond the limit is closed at once, and the others continue', async () => {
  await listen({ maxConnections: 1 });
  const first = await connect();
  const second = await connect();
  expect(await second.closed()).toBe('');
  first.send('GET /baskets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect(await first.closed()).toContain('HTTP/1.1 200 OK');
});

it('on shutdown, connections without a full request are closed, and current requests get their responses', async () => {
  await listen({ shutdownGraceMs: 50 });
  const [half, header, inWork] = [await connect(), await connect(), await connect()];
  let finish = () => {};
  const started = new Promise<void>((resolve) => {
    inHand.work = () => {
      resolve();
      return new Promise((done) => (finish = done));
    };
  });
  half.send(HALF);
  header.send('GET /baskets HTTP/1.1\r\nHost: local');
  inWork.send('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await started;
  const closed = app.close();
  await Promise.all([half.closed(), header.closed()]);
  finish();
  const response = await inWork.closed();
  expect(response).toContain('{"done":true}');
  expect(response.toLowerCase()).toContain('connection: close');
  await closed;
});

describe('by default', () => {
  it('a request has 30 s, and there are 1,000 connections', async () => {
    expect(DEFAULT_LIMITS).toEqual({ maxConnections: 1_000, requestTimeoutMs: 30_000, shutdownGraceMs: 5_000 });
    await listen();
    const { maxConnections, requestTimeout, headersTimeout } = app.getHttpServer() as Server;
    expect({ maxConnections, requestTimeout, headersTimeout }).toEqual({
      maxConnections: 1_000,
      requestTimeout: 30_000,
      headersTimeout: 30_000,
    });
  });

  it('half a request has 5 s after the start of a shutdown', async () => {
    await listen();
    const half = await connect();
    half.send(HALF);
    await once(app.getHttpServer() as Server, 'request');
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const closed = app.close();
    while (jest.getTimerCount() === 0) await nextTurn();
    jest.advanceTimersByTime(4_999);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    expect(jest.getTimerCount()).toBe(0);
    await half.closed();
    await closed;
  });
});
