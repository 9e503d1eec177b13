import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics } from '@orderflow/observability';
import { recordSpans, sample } from '@orderflow/observability/testing';
import { createNews, News, waiting } from '../testing/news.js';
import { RawClient } from '../testing/raw-client.js';

let app: NestFastifyApplication;
let news: News;
const clients: RawClient[] = [];

beforeEach(async () => {
  Object.assign(waiting, { end: undefined, hasHungUp: false });
  app = await createNews();
  news = app.get(News);
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  for (const client of clients.splice(0)) client.close();
  await app.close();
});

async function request(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawClient> {
  const client = await RawClient.connect(app);
  clients.push(client);
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  client.send(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return client;
}

/** @returns a stream that has begun */
async function follow(query = '', headers: Record<string, string> = {}): Promise<RawClient> {
  const client = await request(`/news/stream${query}`, headers);
  await client.until('retry: ');
  return client;
}

/** What a client has got, without HTTP's chunks and the time to wait. */
const eventsOf = ({ received }: RawClient) =>
  received
    .replace(/^.*?\r\n\r\n/s, '')
    .replaceAll(/(\r\n)?[0-9a-f]+\r\n/g, '')
    .replace(/retry: \d+\n\n?/, '')
    .trim();
const metric = async (name: string) => sample(app.get(Metrics), name);
const sports = (text: string) => ({ topic: 'sports', text });
const weather = (text: string) => ({ topic: 'weather', text });

describe('a stream', () => {
  it('has the changes that are published while it is open, each with the position behind it', async () => {
    const client = await follow();
    news.publish(sports('1-0'));
    news.publish(weather('rain'), weather('sun'));
    await client.until('sun');
    expect(eventsOf(client).split('\n\n')).toEqual([
      'id: 0',
      'id: 1\ndata: {"topic":"sports","text":"1-0"}',
      'data: {"topic":"weather","text":"rain"}',
      'id: 3\ndata: {"topic":"weather","text":"sun"}',
    ]);
  });

  it('says that it is one, and that nobody may store or buffer it', async () => {
    const head = (await follow()).received.split('\r\n\r\n', 1)[0]?.toLowerCase();
    expect(head).toContain('http/1.1 200');
    for (const line of [
      'content-type: text/event-stream',
      'cache-control: no-store',
      'x-accel-buffering: no',
      'nosniff',
    ])
      expect(head).toContain(line);
  });

  it('has only the changes that its filter allows', async () => {
    const client = await follow('?topic=weather');
    news.publish(sports('1-0'), weather('rain'));
    await client.until('rain');
    expect(client.received).not.toContain('sports');
    expect(eventsOf(client)).toContain('id: 2\ndata: {"topic":"weather","text":"rain"}');
  });

  it('continues after the last event of its client', async () => {
    news.publish(sports('1-0'), weather('rain'), sports('2-0'));
    const client = await follow('?topic=sports', { 'last-event-id': '1' });
    await client.until('id: 3\n\n');
    news.publish(sports('3-0'));
    await client.until('3-0');
    expect(
      eventsOf(client)
        .split('\n\n')
        .filter((text) => text.includes('data')),
    ).toEqual(['id: 3\ndata: {"topic":"sports","text":"2-0"}', 'id: 4\ndata: {"topic":"sports","text":"3-0"}']);
  });

  it('begins with a reset if the last event is not known any more, and does not move the id before it', async () => {
    news.publish(sports('1-0'));
    const client = await follow('', { 'last-event-id': 'long ago' });
    await client.until('reset');
    expect(eventsOf(client)).toMatch(/^id: 1\nevent: reset\ndata: \{"detail":".*"\}$/);
  });

  it('has a reset where changes may be missing', async () => {
    const client = await follow('?topic=weather');
    news.loseSome();
    await client.until('event: reset');
  });

  it('has comments while nothing happens, with the position for clients that connect again', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const client = await follow('?topic=weather');
    news.publish(sports('1-0'));
    jest.advanceTimersByTime(15_000);
    await client.until(':\nid: 1\n\n');
  });

  it('uses its source only while its client is there', async () => {
    const client = await follow();
    expect([news.users, await metric('event_streams_open')]).toEqual([1, 1]);
    client.close();
    while (news.users > 0) await nextTurn();
    expect(await metric('event_streams_open')).toBe(0);
  });
});

describe('a client', () => {
  it('that does not read is disconnected, and the others are not', async () => {
    const [slow, other] = [await follow(), await follow()];
    slow.pause();
    const text = 'x'.repeat(100_000);
    for (let n = 0; (await metric('event_streams_slow_readers_total')) === 0; n += 1) {
      news.publish(sports(`${n} ${text}`));
      await other.until(`"${n} `);
      expect(n).toBeLessThan(500); // 50 MB
    }
    while (news.users > 1) await nextTurn();
    news.publish(sports('the end'));
    await other.until('the end');
  });

  it('gets a 503 with Retry-After beyond the limit', async () => {
    await Promise.all([follow(), follow(), follow()]);
    const response = await app.inject({ url: '/news/stream', headers: { host: 'localhost' } });
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(news.users).toBe(3);
  });

  it('gets a 503 while the source is unavailable, and takes no place', async () => {
    news.error = new Error('unavailable');
    const response = await app.inject({ url: '/news/stream', headers: { host: 'localhost' } });
    expect(response.statusCode).toBe(503);
    while (news.users > 0) await nextTurn();
  });

  it.each([
    ['?topic=politics', {}, 400],
    ['?nonsense=1', {}, 400],
    ['', { accept: 'application/json' }, 406],
  ])('that asks for %s with %j gets a problem document', async (query, headers, status) => {
    const response = await app.inject({ url: `/news/stream${query}`, headers: { host: 'localhost', ...headers } });
    expect([response.statusCode, response.json().status]).toEqual([status, status]);
  });

  it('that sends HEAD gets the header alone', async () => {
    const client = await request('/news/stream', { connection: 'close' }, 'HEAD');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 OK.*content-type: text\/event-stream.*\r\n\r\n$/is);
  });

  it.each(['text/event-stream', '*/*'])('may accept %s', async (accept) => {
    expect((await follow('', { accept })).received).toContain('200 OK');
  });
});

describe('when the application shuts down', () => {
  it('streams end cleanly, and their connections close', async () => {
    const client = await follow();
    news.publish(sports('1-0'));
    const closed = app.close();
    expect(await client.closed()).toMatch(/1-0.*\r\n0\r\n\r\n$/s);
    await closed;
  });

  it('a client that does not read is disconnected', async () => {
    const client = await follow();
    client.pause();
    news.publish(sports('x'.repeat(20_000_000)));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const closed = app.close();
    while (jest.getTimerCount() < 2) await nextTurn();
    jest.advanceTimersByTime(3_000);
    await closed;
  });
});

describe('the time that a client wants a request to last', () => {
  const AN_HOUR = 3_600;
  const measured = () => metric('http_request_duration_seconds_sum');

  function letAnHourPass(): void {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + AN_HOUR * 1_000);
  }

  it('does not count, nor belong to its span, if the request is a stream', async () => {
    const record = recordSpans();
    await follow();
    expect(record.spans.map(({ name }) => name)).toEqual(['GET /news/stream']);
    record.stop();
    letAnHourPass();
    await app.close();
    expect(await measured()).toBeLessThan(AN_HOUR);
  });

  it('does not count if the request waits', async () => {
    const waits = await request('/news/next', { prefer: 'wait=5' });
    while (waiting.end === undefined) await nextTurn();
    letAnHourPass();
    waiting.end();
    await waits.until('{"end":"waited"}');
    expect(waits.received.toLowerCase()).toContain('preference-applied: wait=5');
    while ((await measured()) === undefined) await nextTurn();
    expect(await measured()).toBeLessThan(AN_HOUR);
  });

  it('ends when the client hangs up', async () => {
    const waits = await request('/news/next', { prefer: 'wait=5' });
    while (waiting.end === undefined) await nextTurn();
    waits.close();
    while (!waiting.hasHungUp) await nextTurn();
  });

  it('is none without the preference', async () => {
    const response = await app.inject({ url: '/news/next', headers: { host: 'localhost', prefer: 'wait=soon' } });
    expect([response.json(), response.headers['preference-applied']]).toEqual([{ end: 'at once' }, undefined]);
  });
});
