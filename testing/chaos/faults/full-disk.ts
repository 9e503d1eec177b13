import { firstOf, present } from '../../load/present.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { between, type Fault } from './fault.ts';
import type { System } from '../system/system.ts';
import type { Server } from '../system/server.ts';

/** How long after there is room again a server may still exit because of the full disk. */
const AFTERMATH_MS = 2_000;

const SERVERS: Record<string, (system: System) => Server> = {
  postgres: ({ postgres }) => postgres,
  broker: ({ brokers }) => firstOf(brokers, 'a broker'),
};

/** Fills a server's disk for a while, and restarts the server if it has exited. */
export const fullDisks: Fault[] = Object.entries(SERVERS).map(([target, serverOf]) => ({
  name: `full-disk-${target}`,
  about: `the disk of ${target === 'broker' ? 'one broker' : 'Postgres'} is full (needs Linux, root and loop devices)`,
  draw: (random) => ({ durationMs: between(random, 5_000, 12_000) }),
  strike: async ({ system }) => {
    const server = serverOf(system);
    const disk = present(server.disk, `the disk of ${server.name}`);
    await disk.fill();
    return async () => {
      await disk.clear();
      await delay(AFTERMATH_MS);
      if (!server.isAlive) await server.start();
    };
  },
}));
