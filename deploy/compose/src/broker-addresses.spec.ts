import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { brokerAddresses } from '../../../deploy/kafka/broker-addresses.mjs';

describe('KAFKA_BROKERS of deploy/kafka/acls.mjs', () => {
  let server: Server | undefined;
  let socket: Socket | undefined;

  afterEach(() => {
    socket?.destroy();
    server?.close();
  });

  it.each(['::1', '127.0.0.1'])('may name a broker at %s', async (host) => {
    server = createServer().listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connected = once(server, 'connection');
    const { brokers, socketFactory } = brokerAddresses(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
    const [name = '', given = ''] = brokers[0]?.split(':') ?? []; // as kafkajs does
    socket = socketFactory({ host: name, port: Number(given), ssl: undefined as never, onConnect: () => {} }) as Socket;
    await expect(connected).resolves.toBeDefined();
  });

  it('may be a list, with spaces', () => {
    const { brokers } = brokerAddresses('one:9092, [fe80::1]:9092 ,two:9093');
    expect(brokers).toEqual(['one:9092', 'ipv6-1.invalid:9092', 'two:9093']);
  });
});
