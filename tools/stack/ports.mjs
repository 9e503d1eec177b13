import dgram from 'node:dgram';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Below the ports that systems give to outgoing connections, which would take one while its owner is down. */
const RANGE = { first: 15_000, count: 15_000 };

/**
 * Chooses a port for a server that starts later, or stops and starts again. No other process gets it from here until this
 * one ends.
 * @returns {Promise<number>} a port of 127.0.0.1 that nobody listens on at the moment
 */
export async function freePort() {
  for (;;) {
    const port = RANGE.first + Math.floor(Math.random() * RANGE.count);
    if ((await reserve(port)) && (await isPortFree(port))) return port;
  }
}

/**
 * The UDP port of the same number tells other processes that the port is taken.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function reserve(port) {
  return new Promise((resolve) => {
    const token = dgram.createSocket('udp4');
    token.once('error', () => resolve(false));
    token.bind({ address: '127.0.0.1', port, exclusive: true }, () => {
      token.unref(); // the process may end
      resolve(true);
    });
  });
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether one can listen on the port, on 127.0.0.1 as on all addresses
 */
export async function isPortFree(port) {
  for (const host of ['127.0.0.1', '::']) {
    try {
      await close(await listen(port, host));
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      const isWithoutIpv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
      if (!isWithoutIpv6) return false;
    }
  }
  return true;
}

/**
 * Asks until the answer is yes.
 * @param {() => Promise<boolean>} isReady
 * @param {{ timeoutMs: number, intervalMs?: number, alive?: () => boolean }} options gives up when no longer alive
 * @returns {Promise<boolean>} false when it has given up
 */
export async function poll(isReady, { timeoutMs, intervalMs = 100, alive = () => true }) {
  const deadline = Date.now() + timeoutMs;
  while (alive() && Date.now() < deadline) {
    if (await isReady()) return true;
    await delay(intervalMs);
  }
  return false;
}

/**
 * @param {number} port
 * @returns {Promise<net.Server>}
 */
function listen(port, host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port, host }, () => resolve(server));
  });
}

/** @param {net.Server} server */
function close(server) {
  return new Promise((resolve) => server.close(resolve));
}
