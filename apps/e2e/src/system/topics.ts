import { randomBytes } from 'node:crypto';
import type { IHeaders, Kafka, Message } from 'kafkajs';
import { producerOf, withAdmin } from '../../../../testing/kafka/connect.ts';
import { GROUP_NAMES, topicsOf } from '../../../../testing/kafka/groups.ts';
import { eventually } from './eventually.js';

/** A message in Kafka, with headers as in kafkajs: a list if a name occurs several times. */
export interface StoredMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** Everything that is in a topic now, in the order of each partition. */
export async function readTopic(kafka: Kafka, topic: string): Promise<StoredMessage[]> {
  const ends = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  const missing = new Set(ends.filter(({ low, high }) => low !== high).map(({ partition }) => partition));
  const stored: StoredMessage[] = [];
  // To disconnect, kafkajs waits for the response to its last fetch, which takes this long at the end of a partition.
  const consumer = kafka.consumer({ groupId: `test-${randomBytes(4).toString('hex')}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, headers = {}, offset } }) => {
      stored.push({ topic, partition, offset: Number(offset), key, value, headers });
      const end = ends.find((one) => one.partition === partition);
      if (Number(offset) + 1 >= Number(end?.high)) missing.delete(partition);
    },
  });
  await eventually(`all of ${topic} is read`, () => missing.size === 0).finally(() => consumer.disconnect());
  return stored;
}

/** Publishes messages as one batch. */
export async function send(kafka: Kafka, topic: string, messages: Message[]): Promise<void> {
  const producer = producerOf(kafka);
  await producer.connect();
  await producer.send({ topic, messages }).finally(() => producer.disconnect());
}

/** @returns the number of the new partition */
export function addPartition(kafka: Kafka, topic: string): Promise<number> {
  return withAdmin(kafka, async (admin) => {
    const { length } = await admin.fetchTopicOffsets(topic);
    await admin.createPartitions({ topicPartitions: [{ topic, count: length + 1 }] });
    return length;
  });
}

/** Moves the offsets of all consumer groups, which must have no members, to the beginning of their topics. */
export async function rewindGroups(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    for (const groupId of GROUP_NAMES) {
      for (const topic of topicsOf(groupId)) {
        const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => ({
          partition,
          offset: low,
        }));
        await admin.setOffsets({ groupId, topic, partitions });
      }
    }
  });
}
