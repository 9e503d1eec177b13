import { firstOf } from '../../load/present.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { poll } from '../../../tools/stack/ports.mjs';
import { patch } from '../sabotage/sabotage.ts';
import { makeSabotagedWorkspace } from '../sabotage/sabotaged-workspace.ts';
import { withAdmin } from '../../kafka/connect.ts';
import { committedOffsets, type Offsets, setOffsets } from './group-offsets.ts';
import { PARKED_TABLE, POSITIONS_TABLE } from '../system/surface.ts';
import type { Details } from './details.ts';
import { between, type Fault } from './fault.ts';
import type { System } from '../system/system.ts';

interface TwoVersions extends Details {
  /** The number of events that the newer version parked. */
  parked?: number;
}

const SERVICE = 'notification-service';
/** Simulates locked rows for that type: the newer version parks these events, and retries them without limit. */
const REFUSE = `
  CREATE OR REPLACE FUNCTION refuse() RETURNS trigger AS $$
    BEGIN RAISE 'somebody else holds it' USING ERRCODE = 'lock_not_available'; END $$ LANGUAGE plpgsql;
  CREATE TRIGGER refuse BEFORE INSERT ON notifications FOR EACH ROW WHEN (NEW.type = 'ORDER_FULFILLED') EXECUTE FUNCTION refuse()`;
const TAKE = 'DROP TRIGGER refuse ON notifications';
const PARKED = `SELECT count(*)::int AS n FROM ${PARKED_TABLE} WHERE event_type = 'ORDER_FULFILLED' AND status = 'RETRYING'`;
const PARKED_WITHIN_MS = 60_000;

/** The previous version, which does not handle one type of events. */
export const OLDER_VERSION = {
  name: 'the older version',
  patches: [
    patch(
      `apps/${SERVICE}/dist/notifications/order-events.consumer.js`,
      'const HANDLED = [OrderCreated, OrderCancelled, OrderPartiallyFulfilled, OrderFulfilled];',
      'const HANDLED = [OrderCreated, OrderCancelled, OrderPartiallyFulfilled];',
    ),
  ],
};

/**
 * Simulates a rollout: one replica is of the previous version, and has some of the partitions. After it has stopped, an
 * operator rewinds the group to the start of the rollout, so that the newer version gets the events that the older one
 * skipped. Meanwhile the newer version must park its events of that type, and the older one meets them when they are due.
 */
export const twoVersions: Fault<TwoVersions> = {
  name: 'two-versions',
  about:
    'a replica of an older version that does not know a type of events, beside newer ones that park some of it; then a rewind',
  draw: (random) => ({ durationMs: between(random, 10_000, 20_000) }),
  strike: async ({ system, kafka }, details) => {
    const replica = firstOf(system.of(SERVICE), SERVICE);
    const begun = await handledOffsets(system, await withAdmin(kafka, (admin) => committedOffsets(admin, SERVICE)));
    const { main } = replica;
    const folder = path.join(system.folder, 'older');
    if (!existsSync(folder)) await makeSabotagedWorkspace(OLDER_VERSION, folder, system.workspace);
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

/** After a restore, the consumers go back to the positions of the database, and the committed offsets are ahead for a while. */
async function handledOffsets(system: System, committed: Offsets): Promise<Offsets> {
  const sql = `SELECT topic, partition, next_offset::float8 AS next FROM ${POSITIONS_TABLE} WHERE consumer_group = '${SERVICE}'`;
  const { rows } = await inDatabase(system, sql);
  const handled = new Map<string, number>(rows.map(({ topic, partition, next }) => [`${topic} ${partition}`, next]));
  return committed.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, offset }) => ({
      partition,
      offset: String(Math.min(Number(offset), handled.get(`${topic} ${partition}`) ?? Number(offset))),
    })),
  }));
}

async function inDatabase(system: System, sql: string) {
  const client = new pg.Client({ connectionString: system.urlOfDatabase(SERVICE) });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

/** @returns the number of events of the type that the older version does not handle */
const countParked = async (system: System): Promise<number> => (await inDatabase(system, PARKED)).rows[0].n;
