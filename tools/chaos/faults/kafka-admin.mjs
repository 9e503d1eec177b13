import { Failure } from '../../stack/failure.mjs';
import { poll } from '../../stack/ports.mjs';
import { GROUPS, TOPICS, withAdmin } from '../observer/kafka.mjs';
import { between, oneOf, SERVICES } from './fault.mjs';

/** @typedef {import('./fault.mjs').Fault} Fault */

const EMPTY_MS = 30_000;

/** @type {Fault} */
export const rewind = {
  name: 'rewind',
  about: "a group's offsets are set back: its replicas are stopped, and started again",
  draw: (random) => ({ service: oneOf(random, SERVICES), by: between(random, 500, 5_000), durationMs: 0 }),
  strike: async ({ system, kafka }, { service, by }) => {
    const replicas = system.of(service);
    await Promise.all(replicas.map((replica) => replica.stop()));
    try {
      await withAdmin(kafka, (admin) => setBack(admin, service, by));
    } finally {
      replicas.forEach((replica) => replica.start());
    }
    return async () => {};
  },
};

/**
 * @param {import('kafkajs').Admin} admin
 * @param {string} group
 * @param {number} by
 */
async function setBack(admin, group, by) {
  if (!(await poll(() => isEmpty(admin, group), { timeoutMs: EMPTY_MS })))
    throw new Failure(`group ${group} is not empty`);
  for (const topic of Object.keys(GROUPS[group])) {
    const [{ partitions }] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const earlier = partitions.map(({ partition, offset }) => ({
      partition,
      offset: String(Math.max(0, Number(offset) - by)),
    }));
    await admin.setOffsets({ groupId: group, topic, partitions: earlier });
  }
}

/**
 * One that was killed is a member until its session times out.
 * @param {import('kafkajs').Admin} admin
 * @param {string} group
 */
async function isEmpty(admin, group) {
  const { groups } = await admin.describeGroups([group]);
  return groups[0].state === 'Empty';
}

const PARTITIONS_AT_MOST = 12;

/** @type {Fault} */
export const addPartition = {
  name: 'add-partition',
  about: 'a topic gets one more partition',
  draw: (random) => ({ topic: oneOf(random, TOPICS), durationMs: 0 }),
  strike: async ({ kafka }, { topic }) => {
    await withAdmin(kafka, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const count = topics[0].partitions.length + 1;
      if (count <= PARTITIONS_AT_MOST) await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    });
    return async () => {};
  },
};
