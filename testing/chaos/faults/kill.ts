import { present } from '../../load/present.ts';
import { oneOf } from '../../load/random.ts';
import { between, replicasOf, SERVICES, type Fault } from './fault.ts';
import type { Details, Victims } from './details.ts';

/** Kills one or all replicas of a service by SIGKILL, and starts them some seconds later. */
export const serviceKills: Fault<Victims>[] = SERVICES.map((service) => ({
  name: `kill-${service}`,
  about: `SIGKILL of one or all replicas of ${service}, and start`,
  draw: (random, { replicas }) => {
    const all = Array.from({ length: replicas }, (_, index) => `${service}-${index + 1}`);
    return { victims: random() < 0.3 ? all : [oneOf(random, all)], durationMs: between(random, 0, 4_000) };
  },
  strike: async (world, { victims }) => {
    const replicas = replicasOf(world, victims);
    await Promise.all(replicas.map((replica) => replica.kill()));
    return async () => replicas.forEach((replica) => replica.start());
  },
}));

/** How often a broker stays down until the others have fenced it and continue without it. */
const SHARE_OF_LONG = 0.25;

interface KilledBroker extends Details {
  /** Its index. */
  broker: number;
}

export const killBroker: Fault<KilledBroker> = {
  name: 'kill-broker',
  about: 'SIGKILL of one broker of several, and start',
  draw: (random, { brokers }) => ({
    broker: between(random, 0, brokers - 1),
    durationMs: random() < SHARE_OF_LONG ? between(random, 20_000, 40_000) : between(random, 1_000, 8_000),
  }),
  strike: async ({ system }, { broker }) => {
    const killed = present(system.brokers[broker], `broker ${broker}`);
    await killed.kill();
    return () => killed.start();
  },
};

export const killKafka: Fault = {
  name: 'kill-kafka',
  about: 'SIGKILL of all brokers, and start',
  draw: (random) => ({ durationMs: between(random, 500, 10_000) }),
  strike: async ({ system }) => {
    await Promise.all(system.brokers.map((broker) => broker.kill()));
    return async () => void (await Promise.all(system.brokers.map((broker) => broker.start())));
  },
};

export const killPostgres: Fault = {
  name: 'kill-postgres',
  about: 'SIGKILL of Postgres, and start',
  draw: (random) => ({ durationMs: between(random, 0, 8_000) }),
  strike: async ({ system }) => {
    await system.postgres.kill();
    return () => system.postgres.start();
  },
};

export const rollingRestart: Fault = {
  name: 'rolling-restart',
  about: 'SIGTERM and start of every replica, one after another',
  draw: () => ({ durationMs: 0 }),
  strike: async ({ system }) => {
    return async () => {
      for (const replica of system.replicas) {
        await replica.stop();
        replica.start();
        await replica.whenReady();
      }
    };
  },
};
