import { withAdmin } from './connect.ts';
import { GROUP_NAMES, topicsOf } from './groups.ts';
import type { Admin, Kafka } from 'kafkajs';

type Ends = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

export interface Lag {
  group: string;
  topic: string;
  partition: number;
  behind: number;
}

/** @returns of each group and partition that it consumes */
export function readLag(kafka: Kafka): Promise<Lag[]> {
  return withAdmin(kafka, async (admin) => {
    const ends = new Map<string, Ends>();
    const lag: Lag[] = [];
    for (const group of GROUP_NAMES) {
      const committed = await admin.fetchOffsets({ groupId: group, topics: topicsOf(group) });
      for (const { topic, partitions } of committed) {
        const known = ends.get(topic) ?? (await admin.fetchTopicOffsets(topic));
        ends.set(topic, known);
        for (const { partition, low, high } of known) {
          const offset = partitions.find((one) => one.partition === partition)?.offset ?? '-1';
          const position = offset === '-1' ? Number(low) : Number(offset);
          lag.push({ group, topic, partition, behind: Number(high) - position });
        }
      }
    }
    return lag;
  });
}
