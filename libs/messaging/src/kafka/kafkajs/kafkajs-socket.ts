import { createRequire } from 'node:module';
import type { ISocketFactory } from 'kafkajs';
import { addressOf } from './kafkajs-ipv6.js';

const createSocket = (createRequire(import.meta.url)('kafkajs/src/network/socketFactory') as () => ISocketFactory)();

/**
 * Sockets as kafkajs makes them, for which `unref` does nothing once they are closed. kafkajs 2.2.4 calls it with each
 * disconnect of the same connection, and Node would wait each time for the socket to connect: a listener more, and a
 * MaxListenersExceededWarning with the eleventh.
 */
export const socketFactory: ISocketFactory = (options) => {
  const socket = createSocket({ ...options, host: addressOf(options.host) });
  const unref = socket.unref.bind(socket);
  socket.unref = () => (socket.destroyed ? socket : unref());
  return socket;
};
