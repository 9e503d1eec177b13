import { firstOf } from '../../load/present.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { oneOf } from '../../load/random.ts';
import { between, replicasOf, SERVICES, type Fault } from './fault.ts';
import type { Victims } from './details.ts';
import type { Replica } from '../system/replica.ts';

interface SkewedClock extends Victims {
  skewMs: number;
}

/** Kafka 4 rejects messages from more than an hour in the future (`message.timestamp.after.max.ms`). */
const SKEW_MS = 2 * 3_600_000;
/** How long the clock is then wrong in the other direction. */
const REVERSED_MS = 8_000;

export const clockSkew: Fault<SkewedClock> = {
  name: 'clock-skew',
  about:
    'the clock of one replica is two hours fast, then two hours slow, or the reverse: it is restarted with a Date that is, and then the others as they are',
  draw: (random, { replicas }) => ({
    victims: [`${oneOf(random, SERVICES)}-${between(random, 1, replicas)}`],
    skewMs: oneOf(random, [-SKEW_MS, SKEW_MS]),
    durationMs: between(random, 12_000, 25_000),
  }),
  strike: async (world, { victims, skewMs }) => {
    const replica = firstOf(replicasOf(world, victims), 'the victim');
    await restart(replica, skewMs);
    // so that the skewed replica takes over tasks that one replica does for all, such as relaying
    for (const other of world.system.of(replica.service)) if (other !== replica) await restart(other, 0);
    return async () => {
      await restart(replica, -skewMs);
      await delay(REVERSED_MS);
      await restart(replica, 0);
    };
  },
};

async function restart(replica: Replica, skewMs: number) {
  await replica.stop();
  replica.clockSkewMs = skewMs;
  replica.start();
  await replica.whenReady();
}
