import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../stack/ports.mjs';
import { withAdmin } from '../observer/kafka.mjs';
import { readLag } from '../observer/lag.mjs';
import { between } from './fault.mjs';

const TOPIC = 'inventory-events';
const GROUP = 'order-service';
/** So long orders pile up, whose replies are deleted. */
const PILE_UP_MS = 2_000;
const CATCH_UP_MS = 30_000;
/** A consumer looks for what it has missed twice a minute. */
const TOLD_MS = 75_000;
/** What an operator does about it. */
const REPUBLISH = '/orders/republish';

/**
 * Replies, and no other events: what an order is can be published again by its owner. All other groups have read what is deleted.
 * @type {import('./fault.mjs').Fault}
 */
export const deleteRecords = {
  name: 'delete-records',
  about:
    'replies to orders are deleted before the order service has read them, as by retention; then an operator publishes undecided orders again',
  draw: (random) => ({ partition: between(random, 0, 2), durationMs: 0 }),
  strike: async (world, details) => {
    const { system } = world;
    await pileUpReplies(system);
    await poll(() => othersHaveRead(world), { timeoutMs: CATCH_UP_MS });
    details.lost = await withAdmin(world.kafka, (admin) => deleteUnread(admin, details.partition));
    const replicas = system.of(GROUP);
    replicas.forEach((replica) => replica.start());
    await system.whenReady(replicas);
    details.isTold = details.lost === 0 || (await poll(() => isTold(replicas), { timeoutMs: TOLD_MS }));
    await ask(`${replicas[0].url}${REPUBLISH}`, { method: 'POST' });
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

/** @param {import('../system/replica.mjs').Replica[]} replicas */
async function isTold(replicas) {
  const answers = await Promise.all(replicas.map(({ url }) => ask(`${url}/health`)));
  const texts = await Promise.all(answers.map(async (answer) => (await answer?.text()) ?? ''));
  return texts.some((text) => text.includes('deleted unread'));
}

/** @param {string} url @param {RequestInit} [options] @returns {Promise<Response | undefined>} nothing from a service that is away */
const ask = (url, options) => fetch(url, options).catch(() => undefined);
