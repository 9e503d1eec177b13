import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { createNews } from '../testing/news.js';
import { RawClient } from '../testing/raw-client.js';

let app: NestFastifyApplication;

beforeEach(async () => {
  app = await createNews();
  await app.listen(0, '127.0.0.1');
});
afterEach(() => app.close());

const openStreams = () => sample(app.get(Metrics), 'event_streams_open');

async function untilOpen(count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await openStreams()) !== count) {
    if (Date.now() > deadline) throw new Error(`${await openStreams()} streams are open, not ${count}`);
    await nextTurn();
  }
}

describe('a stream behind another response on its connection', () => {
  it('takes no place, so that none is left when the client is gone', async () => {
    const client = await RawClient.connect(app);
    client.send('GET /news/stream HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(3));
    while (!client.received.includes('retry: ')) await nextTurn();
    expect(await openStreams()).toBe(1);
    client.close();
    await untilOpen(0);
  });
});
