import { existsSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { poll } from '../../stack/ports.mjs';
import { patch } from '../sabotage/sabotage.mjs';
import { makeSabotagedWorkspace } from '../sabotage/sabotaged-workspace.mjs';
import { withAdmin } from '../observer/kafka.mjs';
import { committedOffsets, setOffsets } from './group-offsets.mjs';
import { between } from './fault.mjs';

const SERVICE = 'notification-service';
/** As if somebody held what notifications of that type need: the newer version parks these events, and tries them without limit. */
const REFUSE = `
  CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$
    BEGIN RAISE 'somebody else holds it' USING ERRCODE = 'lock_not_available'; END $$ LANGUAGE plpgsql;
  CREATE TRIGGER refuse BEFORE INSERT ON notifications FOR EACH ROW WHEN (NEW.type = 'ORDER_FULFILLED') EXECUTE FUNCTION refuse()`;
const TAKE = 'DROP TRIGGER refuse ON notifications';
const PARKED =
  "SELECT count(*)::int AS n FROM parked_messages WHERE event_type = 'ORDER_FULFILLED' AND status = 'RETRYING'";
const PARKED_WITHIN_MS = 60_000;

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
 * sets the group back to where the rollout began, so that the newer version gets what the older did not know. Meanwhile the
 * newer one has to park its events of that type, and the older finds them when they are due.
 * @type {import('./fault.mjs').Fault}
 */
export const twoVersions = {
  name: 'two-versions',
  about:
    'a replica of an older version that does not know a type of events, beside newer ones that park some of it; then a rewind',
  draw: (random) => ({ durationMs: between(random, 10_000, 20_000) }),
  strike: async ({ system, kafka }, details) => {
    const [replica] = system.of(SERVICE);
    const begun = await withAdmin(kafka, (admin) => committedOffsets(admin, SERVICE));
    const { main } = replica;
    const folder = path.join(system.folder, 'older');
    if (!existsSync(folder)) await makeSabotagedWorkspace(OLDER, folder, system.workspace);
    await replica.stop();
    replica.main = path.join(folder, 'apps', SERVICE, 'dist/main.js');
    replica.start();
    await replica.whenReady();
    await inDatabase(system, REFUSE);
    const isParked = async () => (details.parked = await countParked(system)) > 0;
    await poll(isParked, { timeoutMs: PARKED_WITHIN_MS });
    return async () => {
      const replicas = system.of(SERVICE);
      await Promise.all(replicas.map((one) => one.stop()));
      await inDatabase(system, TAKE);
      replica.main = main;
      await withAdmin(kafka, (admin) => setOffsets(admin, SERVICE, begun));
      replicas.forEach((one) => one.start());
    };
  },
};

/** @param {import('../system/system.mjs').System} system @param {string} sql */
async function inDatabase(system, sql) {
  const client = new pg.Client({ connectionString: system.urlOfDatabase(SERVICE) });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

/** @param {import('../system/system.mjs').System} system @returns {Promise<number>} events of the type that the older version lacks */
const countParked = async (system) => (await inDatabase(system, PARKED)).rows[0].n;
