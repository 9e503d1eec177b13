import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../stack/ports.mjs';
import { withAdmin } from '../observer/kafka.mjs';
import { readLag } from '../observer/lag.mjs';
import { between } from './fault.mjs';
import { republishAll } from './republish.mjs';

const TOPIC = 'inventory-events';
const GROUP = 'order-service';
/** So long orders pile up, whose replies are deleted. */
const PILE_UP_MS = 2_000;
const CATCH_UP_MS = 30_000;
/** A consumer looks for what it has missed twice a minute. */
const NOTICED_MS = 75_000;
const LOST = /^kafka_consumer_lost_messages_total\{.*$/gm;
/** Long before anything that the order service can have left unread. */
const LOOK_BACK_MS = 3_600_000;

/**
 * Replies, and no other events; all other groups have read what is deleted.
 * @type {import('./fault.mjs').Fault}
 */
export const deleteRecords = {
  name: 'delete-records',
  about:
    'replies to orders are deleted before the order service has read them, as by retention; then an operator has the services publish their events again',
  draw: (random) => ({ partition: between(random, 0, 2), durationMs: 0 }),
  strike: async (world, details) => {
    const { system } = world;
    await pileUpReplies(system);
    await poll(() => othersHaveRead(world), { timeoutMs: CATCH_UP_MS });
    details.lost = await withAdmin(world.kafka, (admin) => deleteUnread(admin, details.partition));
    const replicas = system.of(GROUP);
    replicas.forEach((replica) => replica.start());
    await system.whenReady(replicas);
    await poll(async () => isNoticed(Object.assign(details, await whatIsSaid(replicas))), { timeoutMs: NOTICED_MS });
    const now = Date.now();
    details.refused = await republishAll(system, { from: new Date(now - LOOK_BACK_MS), to: new Date(now) });
    return async () => {};
  },
};

/** @param {import('../system/system.mjs').System} system whose order service is away afterwards */
async function pileUpReplies(system) {
  const inventory = system.of('inventory-service');
  inventory.forEach((replica) => replica.freeze());
  await delay(PILE_UP_MS);
  await Promise.all(system.of(GROUP).map((replica) => replica.kill()));
  inventory.forEach((replica) => replica.thaw());
}

/** @param {import('./fault.mjs').World} world */
async function othersHaveRead({ kafka, witness }) {
  const behind = (await readLag(kafka)).filter((lag) => lag.group !== GROUP && lag.behind !== 0);
  return behind.length === 0 && (await witness.missing()).length === 0;
}

/**
 * @param {import('kafkajs').Admin} admin
 * @param {number} partition
 * @returns {Promise<number>} how many the order service has not read
 */
async function deleteUnread(admin, partition) {
  const [{ partitions }] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] });
  const [end] = (await admin.fetchTopicOffsets(TOPIC)).filter((one) => one.partition === partition);
  const read = Number(partitions.find((one) => one.partition === partition)?.offset ?? -1);
  await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition, offset: end.high }] });
  return Number(end.high) - Math.max(read, Number(end.low));
}

/**
 * What operators are shown of it: by `/health` of one replica at least, and by the metric of all together.
 * @param {import('../system/replica.mjs').Replica[]} replicas
 */
async function whatIsSaid(replicas) {
  const read = (/** @type {string} */ path) => Promise.all(replicas.map(({ url }) => ask(`${url}${path}`)));
  const health = await read('/health');
  const metrics = await read('/metrics');
  return {
    isDegraded: health.some((text) => text.includes('"degraded"') && text.includes('deleted unread')),
    counted: metrics
      .flatMap((text) => text.match(LOST) ?? [])
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
  };
}

/** @param {import('./fault.mjs').Details} details */
const isNoticed = ({ lost, isDegraded, counted }) => lost === 0 || (isDegraded && counted >= lost);

/** @param {string} url @returns {Promise<string>} nothing from a service that is away */
const ask = (url) =>
  fetch(url).then(
    (answer) => answer.text(),
    () => '',
  );
