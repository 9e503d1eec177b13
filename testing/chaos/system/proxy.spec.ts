import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import net from 'node:net';
import { freePort } from '../../../tools/stack/ports.mjs';
import { Proxy, type Route } from './proxy.ts';

const CLIENTS = ['one', 'other'];

let echo: net.Server;
let routes: Route[];
let proxy: Proxy;

beforeEach(async () => {
  const targetPort = await freePort();
  echo = net.createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(targetPort, '127.0.0.1');
  await once(echo, 'listening');
  routes = await Promise.all(CLIENTS.map(async (client) => ({ client, port: await freePort(), targetPort })));
  proxy = new Proxy(routes);
  await proxy.listen();
});

afterEach(async () => {
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

describe('trouble of one client', () => {
  it('cuts its connections and its new ones, and no other', async () => {
    const [one, other] = [await connect('one'), await connect('other')];
    const end = proxy.trouble({ kind: 'cut', clients: ['one'] });
    await closed(one);
    await closed(await connect('one'));
    expect(await answer(other, 'b')).toBe('b');
    end();
    expect(await answer(await connect('one'), 'a')).toBe('a');
  });

  it('holds back what it sends and gets, from its first byte on, until the trouble is over', async () => {
    const end = proxy.trouble({ kind: 'blackhole', clients: ['one'] });
    const [one, other] = [await connect('one'), await connect('other')];
    let isOver = false;
    const held = answer(one, 'a').then((text) => ({ text, isOver }));
    expect(await answer(other, 'b')).toBe('b');
    isOver = true;
    end();
    expect(await held).toEqual({ text: 'a', isOver: true });
  });

  it('brings its pieces late, and those of another at once', async () => {
    const [one, other] = [await connect('one'), await connect('other')];
    proxy.trouble({ kind: 'slow', clients: ['one'], latencyMs: 500 });
    const late = answer(one, 'a');
    expect(await Promise.race([late, answer(other, 'b')])).toBe('b');
    expect(await late).toBe('a');
  });
});

it('has trouble with all clients unless some are named', async () => {
  const all = [await connect('one'), await connect('other')];
  proxy.trouble({ kind: 'cut' });
  await Promise.all(all.map(closed));
});

async function connect(client: string): Promise<net.Socket> {
  const socket = net.connect(routes.find((route) => route.client === client)?.port ?? 0, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function answer(socket: net.Socket, text: string): Promise<string> {
  socket.write(text);
  const [bytes] = await once(socket, 'data');
  return String(bytes);
}

/** Waits for the end that the proxy gives it. */
async function closed(socket: net.Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
}
