import { setTimeout as delay } from 'node:timers/promises';
import { between, oneOf, replicasOf, SERVICES } from './fault.mjs';

/** Kafka 4 refuses what comes more than an hour from the future (`message.timestamp.after.max.ms`). */
const SKEW_MS = 2 * 3_600_000;
/** So long the clock is off in the other direction. */
const REVERSED_MS = 8_000;

/** @type {import('./fault.mjs').Fault} */
export const clockSkew = {
  name: 'clock-skew',
  about:
    'the clock of one replica is two hours fast, then two hours slow, or the reverse: it is restarted with a Date that is, and then the others as they are',
  draw: (random, { replicas }) => ({
    victims: [`${oneOf(random, SERVICES)}-${between(random, 1, replicas)}`],
    skewMs: oneOf(random, [-SKEW_MS, SKEW_MS]),
    durationMs: between(random, 12_000, 25_000),
  }),
  strike: async (world, { victims, skewMs }) => {
    const [replica] = replicasOf(world, victims);
    await restart(replica, skewMs);
    // so that what one replica does for all, such as relaying, falls to the skewed one
    for (const other of world.system.of(replica.service)) if (other !== replica) await restart(other, 0);
    return async () => {
      await restart(replica, -skewMs);
      await delay(REVERSED_MS);
      await restart(replica, 0);
    };
  },
};

/**
 * @param {import('../system/replica.mjs').Replica} replica
 * @param {number} skewMs
 */
async function restart(replica, skewMs) {
  await replica.stop();
  replica.clockSkewMs = skewMs;
  replica.start();
  await replica.whenReady();
}
