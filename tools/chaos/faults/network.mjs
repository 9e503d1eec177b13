import { setTimeout as delay } from 'node:timers/promises';
import { between, drawReplicas, oneOf } from './fault.mjs';

/** @typedef {import('./fault.mjs').Fault} Fault */

const BLIPS_MS = 1_500;

/** @type {Record<string, (system: import('../system/system.mjs').System) => import('../system/server.mjs').Server[]>} */
const SERVERS = { kafka: ({ brokers }) => brokers, postgres: ({ postgres }) => [postgres] };

/** @type {Record<'cut' | 'slow' | 'blackhole', { about: string, draw: (random: () => number) => import('./fault.mjs').Details }>} */
const KINDS = {
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

/** @type {Fault[]} trouble on the way from replicas to a server */
export const networkFaults = /** @type {('cut' | 'slow' | 'blackhole')[]} */ (Object.keys(KINDS)).flatMap((kind) =>
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

/** @param {(() => void)[]} ends */
const endOf = (ends) => async () => ends.forEach((end) => end());

/**
 * Trouble that comes and goes until it is ended.
 * @param {() => (() => void)[]} begin
 */
function again(begin) {
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
