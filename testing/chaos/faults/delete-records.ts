import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Client } from '../../load/client.ts';
import { firstOf } from '../../load/present.ts';
import { poll } from '../../../tools/stack/ports.mjs';
import { withAdmin } from '../../kafka/connect.ts';
import { readLag } from '../../kafka/lag.ts';
import { LOST_MESSAGES_METRIC, POSITIONS_TABLE } from '../system/surface.ts';
import type { DeletedRecords, UnreadRecords } from './details.ts';
import { between, type Fault, type World } from './fault.ts';
import { republishAll } from './republish.ts';
import type { System } from '../system/system.ts';
import type { Admin } from 'kafkajs';
import type { Replica } from '../system/replica.ts';

const TOPIC = 'inventory-events';
const GROUP = 'order-service';
/** How long orders pile up whose replies are deleted. */
const PILE_UP_MS = 2_000;
const CATCH_UP_MS = 30_000;
/** A consumer checks for deleted records twice a minute. */
const NOTICED_MS = 75_000;
const LOST = new RegExp(`^${LOST_MESSAGES_METRIC}\\{.*$`, 'gm');
/** Long before any event that the order service may not have read. */
const LOOK_BACK_MS = 3_600_000;

/** Deletes only replies, and only records that all other groups have read. */
export const deleteRecords: Fault<DeletedRecords> = {
  name: 'delete-records',
  about:
    'replies to orders are deleted before the order service has read them, as by retention; then an operator has the services publish their events again',
  draw: (random) => ({ partition: between(random, 0, 2), durationMs: 0 }),
  strike: async (world, details) => {
    const { system, operator } = world;
    await pileUpReplies(system);
    await poll(() => othersHaveRead(world), { timeoutMs: CATCH_UP_MS });
    const stored = await storedPosition(system, details.partition);
    details.unread = await withAdmin(world.kafka, (admin) => deleteUnread(admin, details.partition, stored));
    const replicas = system.of(GROUP);
    replicas.forEach((replica) => replica.start());
    await system.whenReady(replicas);
    await poll(async () => isNoticed(Object.assign(details, await whatIsSaid(operator, replicas))), {
      timeoutMs: NOTICED_MS,
    });
    const now = Date.now();
    details.failed = await republishAll(system, operator, { from: new Date(now - LOOK_BACK_MS), to: new Date(now) });
    return async () => {};
  },
};

/** @param system its order service is stopped afterwards */
async function pileUpReplies(system: System) {
  const inventory = system.of('inventory-service');
  inventory.forEach((replica) => replica.freeze());
  await delay(PILE_UP_MS);
  await Promise.all(system.of(GROUP).map((replica) => replica.kill()));
  inventory.forEach((replica) => replica.thaw());
}

async function othersHaveRead({ kafka, witness }: World) {
  const behind = (await readLag(kafka)).filter((lag) => lag.group !== GROUP && lag.behind !== 0);
  return behind.length === 0 && (await witness.missing()).length === 0;
}

/**
 * Offsets are committed to Kafka after the transaction, so a killed service may have handled more than Kafka's offset shows.
 * @returns the next offset in the service's own database; -1 if it has none
 */
async function storedPosition(system: System, partition: number): Promise<number> {
  const client = new pg.Client({ connectionString: system.urlOfDatabase(GROUP) });
  await client.connect();
  const sql = `SELECT next_offset AS next FROM ${POSITIONS_TABLE}
               WHERE consumer_group = $1 AND topic = $2 AND partition = $3`;
  const { rows } = await client.query<{ next: string }>(sql, [GROUP, TOPIC, partition]).finally(() => client.end());
  return Number(rows[0]?.next ?? -1);
}

/** @param stored the position in the service's database */
async function deleteUnread(admin: Admin, partition: number, stored: number): Promise<UnreadRecords | undefined> {
  const { partitions } = firstOf(await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] }), GROUP);
  const ends = (await admin.fetchTopicOffsets(TOPIC)).filter((one) => one.partition === partition);
  const end = firstOf(ends, `partition ${partition}`);
  const read = Number(partitions.find((one) => one.partition === partition)?.offset ?? -1);
  await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition, offset: end.high }] });
  const from = Math.max(read, stored, Number(end.low));
  const to = Number(end.high);
  return from < to ? { group: GROUP, topic: TOPIC, partition, from, to } : undefined;
}

/** The reports to operators: `/health` of at least one replica, and the sum of the metric over all replicas. */
async function whatIsSaid(operator: Client, replicas: Replica[]) {
  const read = (path: string) => Promise.all(replicas.map(({ url }) => ask(operator, `${url}${path}`)));
  const health = await read('/health');
  const metrics = await read('/metrics');
  return {
    isDegraded: health.some((text) => text.includes('"degraded"') && text.includes('deleted unread')),
    counted: metrics
      .flatMap((text) => text.match(LOST) ?? [])
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
  };
}

const isNoticed = ({ unread, isDegraded = false, counted = 0 }: DeletedRecords) =>
  unread === undefined || (isDegraded && counted >= unread.to - unread.from);

/** @returns nothing from a service that is unavailable */
const ask = (operator: Client, url: string): Promise<string> =>
  operator.get(url).then(
    ({ body }) => (typeof body === 'string' ? body : JSON.stringify(body)),
    () => '',
  );
