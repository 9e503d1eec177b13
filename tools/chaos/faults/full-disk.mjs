import { setTimeout as delay } from 'node:timers/promises';
import { between } from './fault.mjs';

/** So long after there is room again, a server that is about to end of the lack of it has done so. */
const AFTERMATH_MS = 2_000;

/** @type {Record<string, (system: import('../system/system.mjs').System) => import('../system/server.mjs').Server>} */
const SERVERS = { postgres: ({ postgres }) => postgres, broker: ({ brokers }) => brokers[0] };

/** @type {import('./fault.mjs').Fault[]} the disk of a server is full for a while; one that has ended of it is started again */
export const fullDisks = Object.entries(SERVERS).map(([target, serverOf]) => ({
  name: `full-disk-${target}`,
  about: `the disk of ${target === 'broker' ? 'one broker' : 'Postgres'} is full (needs Linux, root and loop devices)`,
  draw: (random) => ({ durationMs: between(random, 5_000, 12_000) }),
  strike: async ({ system }) => {
    const server = serverOf(system);
    await server.disk.fill();
    return async () => {
      await server.disk.clear();
      await delay(AFTERMATH_MS);
      if (!server.isAlive) await server.start();
    };
  },
}));
