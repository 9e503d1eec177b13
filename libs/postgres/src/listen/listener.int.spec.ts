import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { Proxy } from '../testing/proxy.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Listener } from './listener.js';

let test: TestDatabase;
let listener: Listener;
let received: number;
let applicationName: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => {
  received = 0;
  applicationName = `listener-${randomUUID()}`; // the connection of the previous test may still be closing
});
afterEach(() => listener.onApplicationShutdown());
afterAll(() => test.drop());

function startListener(url = test.url): void {
  listener = new Listener({ url, applicationName });
  listener.listen('news', () => (received += 1));
  listener.onApplicationBootstrap();
}

const notify = (channel: string) => test.database.query('SELECT pg_notify($1, $2)', [channel, '']);

const connections = () =>
  test.database.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [applicationName],
  );

describe('Listener', () => {
  it('receives the notifications of its channel, and no others', async () => {
    startListener();
    await eventually(() => received === 1); // once for the new connection
    await notify('other');
    await notify('news');
    await eventually(() => received === 2);
  });

  it('replaces a connection that was closed, and calls back once for what it may have missed', async () => {
    startListener();
    await eventually(() => received === 1);
    const [lost] = await connections();
    await test.database.query('SELECT pg_terminate_backend($1)', [lost?.pid]);
    await eventually(() => received === 2);
    await notify('news');
    await eventually(() => received === 3);
    await eventually(async () => (await connections()).length === 1);
  });

  it('replaces a connection whose other end no longer responds', async () => {
    const proxy = await Proxy.to(test.url);
    startListener(proxy.url);
    await eventually(() => received === 1);
    proxy.fallSilent();
    await eventually(() => received === 2);
    await notify('news');
    await eventually(() => received === 3);
    await listener.onApplicationShutdown();
    await proxy.close();
  });

  it('shuts down even if the other end no longer responds', async () => {
    const proxy = await Proxy.to(test.url);
    startListener(proxy.url);
    await eventually(() => received === 1);
    proxy.fallSilent();
    await listener.onApplicationShutdown();
    await proxy.close();
  });
});
