import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createNews, News } from '../testing/news.js';
import { RawClient } from '../testing/raw-client.js';

it('what a client has missed is not read once the client has gone', async () => {
  const app = await createNews();
  await app.listen(0, '127.0.0.1');
  const news = app.get(News);
  let reads = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  news.between = async () => {
    reads += 1;
    await finished;
    return [];
  };
  const resume = async () => {
    const client = await RawClient.connect(app);
    client.send('GET /news/stream HTTP/1.1\r\nhost: localhost\r\nlast-event-id: 0\r\n\r\n');
    return client;
  };

  const reading = await resume();
  while (reads < 1) await nextTurn();
  for (let n = 0; n < 5; n += 1) {
    const gone = await resume();
    while (news.users < 2) await nextTurn();
    gone.close();
    while (news.users > 1) await nextTurn();
  }
  const waiting = await resume();
  finish();
  await waiting.until('retry: ');
  expect(reads).toBe(2);

  for (const client of [reading, waiting]) client.close();
  await app.close();
});
