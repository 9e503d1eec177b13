import { firstOf } from '../../load/present.ts';
import { withAdmin } from '../../kafka/connect.ts';
import { TOPICS } from '../../kafka/groups.ts';
import { oneOf } from '../../load/random.ts';
import { between, SERVICES, type Fault } from './fault.ts';
import { committedOffsets, setOffsets } from './group-offsets.ts';
import type { Details, GrownTopic } from './details.ts';
import type { Admin } from 'kafkajs';

interface Rewind extends Details {
  /** The group's. */
  service: string;
  /** The number of offsets in each partition. */
  by: number;
}

export const rewind: Fault<Rewind> = {
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

async function setBack(admin: Admin, group: string, by: number) {
  const committed = await committedOffsets(admin, group);
  const earlier = committed.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, offset }) => ({ partition, offset: String(Number(offset) - by) })),
  }));
  await setOffsets(admin, group, earlier);
}

const PARTITIONS_AT_MOST = 12;

export const addPartition: Fault<GrownTopic> = {
  name: 'add-partition',
  about: 'a topic gets one more partition',
  draw: (random) => ({ topic: oneOf(random, TOPICS), durationMs: 0 }),
  strike: async ({ kafka }, { topic }) => {
    await withAdmin(kafka, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const count = firstOf(topics, topic).partitions.length + 1;
      if (count <= PARTITIONS_AT_MOST) await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    });
    return async () => {};
  },
};
