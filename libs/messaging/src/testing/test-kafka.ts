import { randomBytes } from 'node:crypto';
import { type Admin, ConfigResourceTypes, type IHeaders, type Kafka, Partitioners } from 'kafkajs';
import { Metrics } from '@orderflow/observability';
import { eventually } from '@orderflow/postgres/testing';
import { ConsumerMetrics } from '../consume/group/consumer.metrics.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { createKafka, type KafkaOptions } from '../kafka/kafka.client.js';
import type { ConsumedMessage, OutgoingMessage } from '../envelope/message.js';
import { withAdmin } from '../kafka/with-admin.js';

export { eventually };

/** A unique name for a topic or a group of a test. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

/** The broker of `TEST_KAFKA_BROKERS`. */
export function testKafkaOptions(): KafkaOptions {
  const brokers = process.env['TEST_KAFKA_BROKERS'];
  if (!brokers) throw new Error('TEST_KAFKA_BROKERS is not set: run integration tests by `nx test-int <project>`');
  return { brokers: brokers.split(','), clientId: 'test' };
}

/** New instruments for the {@link BatchServer} of a test. */
export function testMetrics(metrics = new Metrics()) {
  return { metrics: new ConsumerMetrics(metrics), events: new EventMetrics(metrics) };
}

/** Creates a topic and waits until its leaders serve it, so that the first send works: a producer tries once. */
export async function createTopic(topic: string, partitions = 3, options = testKafkaOptions()): Promise<void> {
  await withAdmin(createKafka(options), async (admin) => {
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions }] });
    await eventually(async () => (await hasLeaders(admin, topic)) && isServed(admin, topic), `${topic} is served`);
  });
}

/** Changes settings of a topic; resolves when the broker applies them. */
export async function setTopicConfig(topic: string, config: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
  await withAdmin(createKafka(testKafkaOptions()), async (admin) => {
    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: entries }] });
    await eventually(async () => {
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
      const now = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
      return entries.every(({ name, value }) => now.get(name) === value);
    }, `${topic} has its settings`);
  });
}

export async function produce(messages: readonly (OutgoingMessage & { readonly partition?: number })[]): Promise<void> {
  await withKafka(async (kafka) => {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    for (const { topic, headers, ...message } of messages) {
      await producer.send({ topic, messages: [{ ...message, headers: headers as IHeaders }] });
    }
    await producer.disconnect();
  });
}

/** All messages of a topic once there are `count`, in order per partition; rejects after `withinMs`. */
export async function readTopic(topic: string, count: number, withinMs = 20_000): Promise<ConsumedMessage[]> {
  const messages: ConsumedMessage[] = [];
  await withKafka(async (kafka) => {
    const consumer = kafka.consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message: { offset, timestamp, key, value, headers = {} } }) => {
        messages.push({ topic, partition, offset, timestamp, key, value, headers });
      },
    });
    await eventually(() => messages.length >= count, `${count} messages in ${topic}`, withinMs).finally(() =>
      consumer.disconnect(),
    );
  });
  return messages;
}

/** Retries while the broker does not know the topic yet, for which kafkajs itself does not retry. */
async function hasLeaders(admin: Admin, topic: string): Promise<boolean> {
  const found = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => undefined);
  const leaders = found?.topics[0]?.partitions.map(({ leader }) => leader) ?? [];
  return leaders.length > 0 && leaders.every((leader) => leader >= 0);
}

/** Retries while a new leader still rejects requests, shortly after it is elected. */
const isServed = (admin: Admin, topic: string): Promise<boolean> =>
  admin.fetchTopicOffsets(topic).then(
    () => true,
    () => false,
  );

/** The committed offsets of a group in a topic, by partition; -1 if there is none. */
export async function committedOffsets(groupId: string, topic: string): Promise<number[]> {
  const wanted = { groupId, topics: [topic] };
  const [found] = await withAdmin(createKafka(testKafkaOptions()), (admin) => admin.fetchOffsets(wanted));
  return (found?.partitions ?? []).sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
}

async function withKafka(use: (kafka: Kafka) => Promise<void>): Promise<void> {
  await use(createKafka(testKafkaOptions()));
}
