import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { eventually } from './system/eventually.js';
import { type ServiceName, SERVICES } from './system/system.js';
import { type Replica, WatchedSystem } from './system/watched-system.js';

const OUTAGE_MS = 120_000;
const LOOK_EVERY_MS = 1_000;
/** The outage, and the time that a busy machine needs to start, catch up and check. */
const TEST_MS = OUTAGE_MS + 480_000;

/** The unavailable dependency, and the services that cannot work without it. */
const OUTAGES: [missing: 'postgres' | 'kafka', needy: readonly ServiceName[]][] = [
  ['postgres', SERVICES],
  ['kafka', ['inventory-service', 'notification-service']],
];

/** What a replica reports: whether it is live, and what it is missing. */
async function look({ url }: Replica): Promise<{ live: number; missing: string | undefined }> {
  const live = await fetch(`${url}/health/live`);
  await live.arrayBuffer();
  const ready = await fetch(`${url}/health/ready`);
  const { detail } = (await ready.json()) as { detail?: string };
  return { live: live.status, missing: ready.ok ? undefined : detail };
}

describe('two minutes without', () => {
  // Both run at the same time, each in a system of its own, since they mostly wait.
  it.concurrent.each(OUTAGES)(
    '%s cost no order and no restart; each service reports why, and recovers',
    async (dependency, needy) => {
      const watched = await WatchedSystem.start({ replicas: 1, ordersPerSecond: 15 });
      const { replicas, postgres, brokers } = watched.system;
      const server = dependency === 'postgres' ? postgres : brokers[0];
      const reports = async (replica: Replica) => {
        const { live, missing } = await look(replica);
        expect([replica.name, live]).toEqual([replica.name, 200]);
        return needy.includes(replica.service as ServiceName)
          ? missing?.includes(`${dependency}:`)
          : missing === undefined;
      };
      try {
        await watched.whenAccepted(50);
        await server?.kill();
        const until = Date.now() + OUTAGE_MS;
        for (const replica of replicas)
          await eventually(`${replica.name} reports what is missing`, async () => !!(await reports(replica)));
        while (Date.now() < until) {
          for (const replica of replicas) expect([replica.name, await reports(replica)]).toEqual([replica.name, true]);
          await delay(LOOK_EVERY_MS);
        }
        await server?.start();
        for (const replica of replicas) {
          await eventually(`${replica.name} is ready again`, async () => (await look(replica)).missing === undefined);
        }
        await watched.whenAccepted(50);
        expect(await watched.violations()).toEqual([]);
      } finally {
        await watched.stop();
      }
    },
    TEST_MS,
  );
});
