import { GROUPS, withAdmin } from './kafka.mjs';

/** @typedef {{ group: string, topic: string, partition: number, behind: number }} Lag */

/**
 * @param {import('kafkajs').Kafka} kafka
 * @returns {Promise<Lag[]>} of each group and partition that it consumes
 */
export function readLag(kafka) {
  return withAdmin(kafka, async (admin) => {
    const ends = new Map();
    const lag = [];
    for (const [group, topics] of Object.entries(GROUPS)) {
      const committed = await admin.fetchOffsets({ groupId: group, topics: Object.keys(topics) });
      for (const { topic, partitions } of committed) {
        if (!ends.has(topic)) ends.set(topic, await admin.fetchTopicOffsets(topic));
        for (const { partition, low, high } of ends.get(topic)) {
          const offset = partitions.find((one) => one.partition === partition)?.offset ?? '-1';
          const position = offset === '-1' ? Number(low) : Number(offset);
          lag.push({ group, topic, partition, behind: Number(high) - position });
        }
      }
    }
    return lag;
  });
}
