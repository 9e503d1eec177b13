import { isPortFree } from '../../../tools/stack/ports.mjs';

/** Below the ports that the system gives to outgoing connections, so that one stays free while its owner is down. */
const RANGE = { first: 15_000, count: 15_000 };

const taken: Set<number> = new Set();

/** @returns a port of this machine for a server that is stopped and started again */
export async function stablePort(): Promise<number> {
  for (;;) {
    const port = RANGE.first + Math.floor(Math.random() * RANGE.count);
    if (taken.has(port) || !(await isPortFree(port))) continue;
    taken.add(port);
    return port;
  }
}
