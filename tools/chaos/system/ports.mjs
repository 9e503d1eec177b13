import { isPortFree } from '../../stack/ports.mjs';

/** Below the ports that the system gives to outgoing connections, so that one stays free while its owner is down. */
const RANGE = { first: 15_000, count: 15_000 };

/** @type {Set<number>} */
const taken = new Set();

/** @returns {Promise<number>} a port of this machine for a server that will come and go */
export async function stablePort() {
  for (;;) {
    const port = RANGE.first + Math.floor(Math.random() * RANGE.count);
    if (taken.has(port) || !(await isPortFree(port))) continue;
    taken.add(port);
    return port;
  }
}
