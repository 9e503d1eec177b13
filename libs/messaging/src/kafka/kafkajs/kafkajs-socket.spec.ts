import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { socketFactory } from './kafkajs-socket.js';

it('a closed socket gets no more listeners, however often kafkajs disconnects it', async () => {
  const server = createServer((client) => client.end())
    .listen(0, '127.0.0.1')
    .unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = socketFactory({ host: '127.0.0.1', port, ssl: undefined as never, onConnect: () => undefined });
  socket.resume();
  await once(socket, 'close');
  for (let disconnects = 0; disconnects < 11; disconnects += 1) socket.unref();
  expect(socket.listenerCount('connect')).toBe(0);
});
