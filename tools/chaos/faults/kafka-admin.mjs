import { TOPICS, withAdmin } from '../observer/kafka.mjs';
import { between, oneOf, SERVICES } from './fault.mjs';
import { committedOffsets, setOffsets } from './group-offsets.mjs';

/** @typedef {import('./fault.mjs').Fault} Fault */

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
  const committed = await committedOffsets(admin, group);
  const earlier = committed.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, offset }) => ({ partition, offset: String(Number(offset) - by) })),
  }));
  await setOffsets(admin, group, earlier);
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
