import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { createKafka } from '../kafka.client.js';
import { addressOf, withoutColons } from './kafkajs-ipv6.js';

it('a broker is reached by its IPv6 address', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '::1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const admin = createKafka({ brokers: [`[::1]:${port}`], clientId: 'any' }).admin();
  const reached = once(server, 'connection');
  const connected = admin.connect().catch(() => 'refused, as no broker is there');
  await Promise.race([reached, connected.then((reason) => Promise.reject(new Error(String(reason))))]);
  server.close();
  await admin.disconnect();
  await connected;
});

it.each(['kafka:9092', '127.0.0.1:9092', 'a-b.example:1'])('%s is left as it is', (broker) => {
  expect(withoutColons(broker)).toBe(broker);
  expect(addressOf(broker.split(':', 1)[0] ?? '')).toBe(broker.split(':', 1)[0]);
});
