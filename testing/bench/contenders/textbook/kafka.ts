import { Kafka, logLevel } from 'kafkajs';

export interface Line {
  itemId: string;
  quantity: number;
}

export interface Order {
  orderId: string;
  customerId: string;
  items: Line[];
}

const kafka = new Kafka({ brokers: [String(process.env.KAFKA_BROKERS)], logLevel: logLevel.ERROR });

export async function openProducer(topic: string) {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return (type: string, order: Order) =>
    producer.send({
      topic,
      messages: [{ key: order.orderId, value: JSON.stringify(order), headers: { ce_type: type } }],
    });
}

/**
 * Handles one event after another.
 * @returns when it has joined the group
 */
export async function consume(
  groupId: string,
  topics: string[],
  handle: (type: string, order: Order) => Promise<unknown> | undefined,
) {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      await handle(String(message.headers?.ce_type), JSON.parse(String(message.value)) as Order);
    },
  });
  await joined;
  process.once('SIGTERM', () => void consumer.disconnect().finally(() => process.exit()));
}
