import type { Admin } from 'kafkajs';

export interface TopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly retentionMs: number;
}

export interface TopicDefinition extends TopicSettings {
  readonly name: string;
  /** Kafka's own default if undefined. */
  readonly maxMessageBytes?: number;
}

const SEGMENT_MS = 6 * 3_600_000;

/**
 * Creates missing topics, even if several replicas do so at once. Does not change existing topics.
 * @returns problems, one sentence each: topics with fewer partitions than configured
 */
export async function provisionTopics(admin: Admin, definitions: readonly TopicDefinition[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const missing = definitions.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toKafka) });
  const { topics } = await admin.fetchTopicMetadata({ topics: definitions.map(({ name }) => name) });
  const found = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  return definitions.flatMap((definition) => shortageOf(definition, found.get(definition.name) ?? 0));
}

function toKafka({ name, partitions, replicationFactor, retentionMs, maxMessageBytes }: TopicDefinition) {
  const configEntries = [
    { name: 'retention.ms', value: String(retentionMs) },
    // Kafka deletes whole segments: the retention of a message only begins when its segment is closed.
    { name: 'segment.ms', value: String(Math.min(retentionMs, SEGMENT_MS)) },
    { name: 'retention.bytes', value: '-1' }, // overrides the broker's default: a size limit could delete unread messages
    { name: 'compression.type', value: 'producer' },
    // One of several copies may be unavailable.
    { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
  ];
  if (maxMessageBytes) configEntries.push({ name: 'max.message.bytes', value: String(maxMessageBytes) });
  return { topic: name, numPartitions: partitions, replicationFactor, configEntries };
}

function shortageOf({ name, partitions }: TopicDefinition, found: number): string[] {
  if (found >= partitions) return [];
  const remedy = 'add them with kafka-topics --alter, or lower KAFKA_TOPIC_PARTITIONS';
  return [`topic ${name} has ${found} partitions, ${partitions} are configured: ${remedy}`];
}
