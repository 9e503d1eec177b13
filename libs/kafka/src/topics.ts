import type { Admin, ITopicMetadata } from 'kafkajs';

export interface TopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly retentionMs: number;
}

/**
 * Makes the topics that do not exist yet, however many replicas do so at once; an existing topic is left as it is.
 * @returns what is not as it should be, one sentence each: topics with fewer partitions than `settings` asks for
 */
export async function provisionTopics(
  admin: Admin,
  names: readonly string[],
  settings: TopicSettings,
): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const missing = names.filter((name) => !existing.has(name));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: settings.partitions,
        replicationFactor: settings.replicationFactor,
        configEntries: [{ name: 'retention.ms', value: String(settings.retentionMs) }],
      })),
    });
  }
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  return topics
    .filter(({ partitions }) => partitions.length < settings.partitions)
    .map((topic) => tooFew(topic, settings));
}

function tooFew({ name, partitions }: ITopicMetadata, settings: TopicSettings): string {
  return `topic ${name} has ${partitions.length} partitions, ${settings.partitions} are configured: add them with kafka-topics --alter, or lower KAFKA_TOPIC_PARTITIONS`;
}
