import { Kafka, logLevel, Partitioners, type KafkaMessage } from 'kafkajs';
import { exitOn } from './database.ts';

const ALL_PARTITIONS = 64;
const COMMIT_OFFSETS_MS = 1_000;

export interface Event {
  eventId: string;
  orderId: string;
  type: string;
  /** JSON */
  value: string;
}

const kafka = new Kafka({ brokers: [String(process.env.KAFKA_BROKERS)], logLevel: logLevel.ERROR });

export async function openProducer(topic: string) {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  return (events: Event[]) => producer.send({ topic, acks: -1, messages: events.map(toMessage) });
}

/**
 * Consumes as a group. What all partitions have delivered is handled together by whatever `handle` batches by; the offsets are
 * committed now and then, after it. What is delivered again is up to `handle`.
 * @returns when it has joined the group
 */
export async function consume(groupId: string, topics: string[], handle: (events: Event[]) => Promise<void>) {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  consumer.on(consumer.events.CRASH, ({ payload }) => exitOn(payload.error));
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: ALL_PARTITIONS,
    autoCommitInterval: COMMIT_OFFSETS_MS,
    eachBatch: ({ batch }) => handle(batch.messages.map(toEvent)),
  });
  await joined;
  process.once('SIGTERM', () => void consumer.disconnect().finally(() => process.exit()));
}

const toMessage = ({ eventId, orderId, type, value }: Event) => ({
  key: orderId,
  value,
  headers: { ce_id: eventId, ce_type: type },
});

const toEvent = ({ key, headers, value }: KafkaMessage): Event => ({
  eventId: String(headers?.ce_id),
  orderId: String(key),
  type: String(headers?.ce_type),
  value: String(value),
});
