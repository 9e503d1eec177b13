import { createRequire } from 'node:module';
import type { ISocketFactory } from 'kafkajs';
import { addressOf } from './kafkajs-ipv6.js';

const createSocket = (createRequire(import.meta.url)('kafkajs/src/network/socketFactory') as () => ISocketFactory)();

/**
 * Creates the sockets of kafkajs, whose `unref` does nothing once they are closed. kafkajs 2.2.4 calls it at each
 * disconnect of the same connection. Node would add a listener for `connect` each time, and print a
 * MaxListenersExceededWarning at the eleventh.
 */
export const socketFactory: ISocketFactory = (options) => {
  const socket = createSocket({ ...options, host: addressOf(options.host) });
  const unref = socket.unref.bind(socket);
  socket.unref = () => (socket.destroyed ? socket : unref());
  return socket;
};
