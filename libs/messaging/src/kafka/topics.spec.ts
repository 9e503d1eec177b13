import { describe, expect, it } from '@jest/globals';
import type { Admin, ITopicConfig } from 'kafkajs';
import { provisionTopics, type TopicDefinition } from './topics.js';

/** A cluster with some topics of one partition each; it records the topics that are created. */
function clusterWith(...existing: readonly string[]) {
  const made: ITopicConfig[] = [];
  const metadata = () => [
    ...existing.map((name) => ({ name, partitions: [{}] })),
    ...made.map(({ topic, numPartitions }) => ({ name: topic, partitions: Array(numPartitions).fill({}) })),
  ];
  const admin = {
    listTopics: async () => existing,
    createTopics: async ({ topics }: { topics: readonly ITopicConfig[] }) => void made.push(...topics),
    fetchTopicMetadata: async () => ({ topics: metadata() }),
  };
  return { admin: admin as unknown as Admin, made };
}

const definition = (name: string, replicationFactor = 1): TopicDefinition => {
  return { name, partitions: 3, replicationFactor, retentionMs: 3_600_000 };
};

describe('provisionTopics', () => {
  it.each([
    [1, '1'],
    [2, '1'],
    [3, '2'],
  ])(
    'makes topics of %i copies that can be written to while %s are there, so that one may be away',
    async (copies, least) => {
      const { admin, made } = clusterWith();
      expect(await provisionTopics(admin, [definition('t', copies)])).toEqual([]);
      expect(made).toMatchObject([{ topic: 't', numPartitions: 3, replicationFactor: copies }]);
      expect(made[0]?.configEntries).toContainEqual({ name: 'min.insync.replicas', value: least });
    },
  );

  it('creates only missing topics, and reports topics with too few partitions', async () => {
    const { admin, made } = clusterWith('there');
    expect(await provisionTopics(admin, [definition('there'), definition('missing')])).toEqual([
      expect.stringContaining('topic there has 1 partitions, 3 are configured'),
    ]);
    expect(made.map(({ topic }) => topic)).toEqual(['missing']);
  });
});
