import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody listens on at the moment */
export async function freePort() {
  const server = await listen(0);
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  await close(server);
  return port;
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
