import { setTimeout as delay } from 'node:timers/promises';
import { oneOf } from '../../load/random.ts';
import { between, drawReplicas, type Fault } from './fault.ts';
import type { Details } from './details.ts';
import type { System } from '../system/system.ts';
import type { Server } from '../system/server.ts';

interface Network extends Details {
  /** Names of replicas. */
  clients: string[];
  latencyMs?: number;
}

const BLIPS_MS = 1_500;

const SERVERS: Record<string, (system: System) => Server[]> = {
  kafka: ({ brokers }) => brokers,
  postgres: ({ postgres }) => [postgres],
};

const KINDS: Record<
  'cut' | 'slow' | 'blackhole',
  { about: string; draw: (random: () => number) => Details & { latencyMs?: number } }
> = {
  cut: {
    about: 'TCP connections are cut, again and again',
    draw: (random) => ({ durationMs: between(random, 2_000, 8_000) }),
  },
  slow: {
    about: 'every piece comes late',
    draw: (random) => ({ latencyMs: oneOf(random, [20, 100, 300]), durationMs: between(random, 5_000, 12_000) }),
  },
  blackhole: {
    about: 'nothing comes through, and afterwards all of it, late',
    draw: (random) => ({ durationMs: between(random, 5_000, 16_000) }),
  },
};

/** Network trouble between replicas and a server. */
export const networkFaults: Fault<Network>[] = (Object.keys(KINDS) as ('cut' | 'slow' | 'blackhole')[]).flatMap(
  (kind) =>
    Object.entries(SERVERS).map(([target, serversOf]) => ({
      name: `${kind}-${target}`,
      about: `between services and ${target}: ${KINDS[kind].about}`,
      draw: (random, shape) => ({ clients: drawReplicas(random, shape), ...KINDS[kind].draw(random) }),
      strike: async ({ system }, { clients, latencyMs }) => {
        const trouble = { kind, clients, latencyMs };
        const begin = () => serversOf(system).map(({ proxy }) => proxy.trouble(trouble));
        return kind === 'cut' ? again(begin) : endOf(begin());
      },
    })),
);

const endOf = (ends: (() => void)[]) => async () => ends.forEach((end) => end());

/** Repeats short network trouble until it is stopped. */
function again(begin: () => (() => void)[]) {
  const ending = new AbortController();
  const going = (async () => {
    while (!ending.signal.aborted) {
      const ends = begin();
      await delay(BLIPS_MS / 3, undefined, { signal: ending.signal }).catch(() => {});
      ends.forEach((end) => end());
      await delay(BLIPS_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  return async () => {
    ending.abort();
    await going;
  };
}
