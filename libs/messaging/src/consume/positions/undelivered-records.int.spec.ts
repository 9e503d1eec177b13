import { beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { type CountingService, numbers, useCountingService } from '../../../test/counting-service.js';
import { createKafka } from '../../kafka/kafka.client.js';
import {
  committedOffsets,
  createTopic,
  eventually,
  produce,
  testKafkaOptions,
  uniqueName,
} from '../../testing/test-kafka.js';

let kafka: Kafka;
const theService = useCountingService('records');
let service: CountingService;
let topic: string;
let groupId: string;

beforeEach(async () => {
  kafka = createKafka(testKafkaOptions());
  service = theService();
  ({ topic, groupId } = service);
  await createTopic(topic, 1);
});

const serve = () => service.serve(service.record, { partitions: 1 });

const message = (n: number, data: object = { n }) => service.message(n, { key: 'k', data });

const twenty = () =>
  numbers(20).map((n) => message(n) as { key: string; value: string; headers: Record<string, string> });

async function transactionalProducer(): Promise<Producer> {
  const producer = kafka.producer({
    transactionalId: uniqueName('tx'),
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}

const lag = () => sample(service.metrics, `kafka_consumer_lag_messages{topic="${topic}",partition="0"}`);

describe('records that are not delivered', () => {
  it('are no lag while their transaction is open', async () => {
    await produce([message(100)]);
    const producer = await transactionalProducer();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: twenty() });
    await serve();
    await eventually(() => service.committed.length === 1, 'what is before them is handled');
    await eventually(async () => (await committedOffsets(groupId, topic))[0] === 1, 'its offset is committed');
    expect(await lag()).toBe(0);
    await transaction.commit();
    await producer.disconnect();
    await eventually(() => service.committed.length === 21, 'they are handled when it ends');
  });

  it.each(['commit', 'abort'] as const)(
    'of a transaction that ends with %s are no lag, and offsets pass them',
    async (end) => {
      const server = await serve();
      const producer = await transactionalProducer();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: twenty() });
      await transaction[end]();
      await producer.disconnect();
      await eventually(
        async () => (await committedOffsets(groupId, topic))[0] === 21,
        'the offset is behind the marker',
      );
      await eventually(async () => (await lag()) === 0, 'nothing is left');
      expect(service.committed).toHaveLength(end === 'commit' ? 20 : 0);
      expect(server.health().status).toBe('up');
    },
  );
});

it('bad input is parked as such, and never reaches a handler', async () => {
  await serve();
  await produce([message(1), message(2, { n: 'two' }), { ...message(3), key: 'other' }]);
  await eventually(() => service.committed.length === 2, 'the good ones are handled');
  expect(await service.parked()).toMatchObject([{ offset: 1, code: 'DATA_INVALID' }]);
});

it('a batch is bounded by bytes as well as by the number of messages', async () => {
  await produce(numbers(20).map((n) => message(n, { n, padding: 'x'.repeat(200_000) })));
  await serve();
  await eventually(() => service.committed.length === 20, 'all are handled');
  expect(Math.max(...service.batches.map(({ length }) => length))).toBeLessThanOrEqual(5);
});

it('a consumer of other topics in the same group is reported', async () => {
  const other = uniqueName('other');
  await createTopic(other, 2);
  const server = await serve();
  const stranger = kafka.consumer({ groupId });
  await stranger.connect();
  await stranger.subscribe({ topic: other });
  await stranger.run({ eachMessage: async () => undefined });
  try {
    await eventually(
      () => server.health().detail?.includes(`is in the consumer group ${groupId} and reads other topics`) === true,
      'health names the stranger',
      40_000,
    );
    expect(server.health().status).toBe('degraded');
  } finally {
    await stranger.disconnect();
  }
});
