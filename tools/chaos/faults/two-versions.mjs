import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { patch } from '../sabotage/sabotage.mjs';
import { makeSabotagedWorkspace } from '../sabotage/sabotaged-workspace.mjs';
import { withAdmin } from '../observer/kafka.mjs';
import { committedOffsets, setOffsets } from './group-offsets.mjs';
import { between } from './fault.mjs';
import { holdLock } from './hold-lock.mjs';

const SERVICE = 'notification-service';
/** Longer than a consumer waits for a lock (4 s) and looks for the messages that want it (3 s). */
const LOCK_MS = 8_000;

/** The version before, which has not heard of one type of events. */
const OLDER = {
  name: 'the older version',
  patches: [
    patch(
      `apps/${SERVICE}/dist/notifications/order-events.consumer.js`,
      'const HANDLED = [OrderCreated, OrderCancelled, OrderFulfilled];',
      'const HANDLED = [OrderCreated, OrderCancelled];',
    ),
  ],
};

/**
 * As after a rollout: one replica is of the version before, and has a share of the partitions. When it is gone, an operator
 * sets the group back to where the rollout began, so that the newer version gets what the older did not know. Meanwhile a
 * lock makes the newer one park events of that type, and the older finds them when they are due.
 * @type {import('./fault.mjs').Fault}
 */
export const twoVersions = {
  name: 'two-versions',
  about:
    'a replica of an older version that does not know a type of events, beside newer ones that park some of it; then a rewind',
  draw: (random) => ({ durationMs: between(random, 10_000, 20_000) }),
  strike: async ({ system, kafka }) => {
    const [replica] = system.of(SERVICE);
    const begun = await withAdmin(kafka, (admin) => committedOffsets(admin, SERVICE));
    const { main } = replica;
    const folder = path.join(system.folder, 'older');
    if (!existsSync(folder)) await makeSabotagedWorkspace(OLDER, folder, system.workspace);
    await replica.stop();
    replica.main = path.join(folder, 'apps', SERVICE, 'dist/main.js');
    replica.start();
    await replica.whenReady();
    await lockNotifications(system);
    return async () => {
      const replicas = system.of(SERVICE);
      await Promise.all(replicas.map((one) => one.stop()));
      replica.main = main;
      await withAdmin(kafka, (admin) => setOffsets(admin, SERVICE, begun));
      replicas.forEach((one) => one.start());
    };
  },
};

/** As a migration does: all that the service would write waits, and is parked. @param {import('../system/system.mjs').System} system */
async function lockNotifications(system) {
  const release = await holdLock(system.urlOfDatabase(SERVICE), 'LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE');
  await delay(LOCK_MS);
  await release();
}
