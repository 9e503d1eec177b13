import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { DatabaseNotReady } from '@orderflow/postgres';
import type { Kafka } from 'kafkajs';
import { type CountingService, numbers, useCountingService } from '../../../test/counting-service.js';
import { createKafka } from '../../kafka/kafka.client.js';
import { committedOffsets, createTopic, eventually, produce, testKafkaOptions } from '../../testing/test-kafka.js';
import { PositionsRepository } from './positions.repository.js';

let kafka: Kafka;
const theService = useCountingService('positions');
let service: CountingService;
let topic: string;
let groupId: string;

beforeEach(async () => {
  kafka = createKafka(testKafkaOptions());
  service = theService();
  ({ topic, groupId } = service);
  await createTopic(topic, 1);
});
afterEach(async () => {
  jest.restoreAllMocks();
});

const serve = () => service.serve(service.record, { partitions: 1 });

/** A replica that starts after the first has stopped, with its own metrics. */
function startAnew(): void {
  service.metrics = new Metrics();
  service.servers.length = 0;
}

const message = (n: number, data: object = { n }) => service.message(n, { key: 'k', data });

const partition = { partition: 0 };

/** Waits until both Kafka and the database have `offset`. */
const settled = (offset: number, withinMs?: number) =>
  eventually(
    async () => (await committedOffsets(groupId, topic))[0] === offset && (await service.position()) === offset,
    `all is handled up to ${offset}`,
    withinMs,
  );
const lost = () => sample(service.metrics, `kafka_consumer_lost_messages_total{topic="${topic}"}`);

describe('a database that has lost its last transactions while Kafka has not', () => {
  it('catches up from its own position when the consumer starts', async () => {
    const first = await serve();
    await produce(numbers(10).map((n) => message(n)));
    await settled(10);
    await first.close();
    await service.restoreTo(4);
    await serve();
    await eventually(() => service.committed.length === 6, 'what was lost is handled again');
    expect(service.committed).toEqual(numbers(6, 4));
  });

  it('catches up while the consumer runs, even without new messages', async () => {
    await serve();
    await produce(numbers(10).map((n) => message(n)));
    await settled(10);
    await service.restoreTo(7);
    await eventually(() => service.committed.length === 3, 'what was lost is handled again', 40_000);
    expect(service.committed).toEqual([7, 8, 9]);
  });

  it('catches up while a consumer runs that has had no message since it started', async () => {
    const first = await serve();
    await produce(numbers(10).map((n) => message(n)));
    await settled(10);
    await first.close();
    startAnew();
    const find = jest.spyOn(PositionsRepository.prototype, 'find');
    await serve();
    await eventually(() => find.mock.results.length > 0, 'it asks for its position');
    await find.mock.results[0]?.value;
    await service.restoreTo(7);
    await eventually(() => service.committed.length === 3, 'what was lost is handled again', 40_000);
    expect(service.committed).toEqual([7, 8, 9]);
  });

  it('catches up in the order of the messages, even if new ones arrive first', async () => {
    await serve();
    await produce(numbers(10).map((n) => message(n)));
    await settled(10);
    await service.restoreTo(7);
    await produce([message(10)]);
    await eventually(() => service.committed.length === 4, 'what was lost is handled again', 40_000);
    expect(service.committed).toEqual([7, 8, 9, 10]);
  });

  it('does not prevent an operator from rewinding the group', async () => {
    const first = await serve();
    await produce(numbers(5).map((n) => message(n)));
    await settled(5);
    await first.close();
    await service.restoreTo(0);
    await service.setPosition(5);
    const admin = kafka.admin();
    await admin.connect();
    await admin.setOffsets({ groupId, topic, partitions: [{ ...partition, offset: '2' }] });
    await admin.disconnect();
    await serve();
    await eventually(() => service.committed.length === 3, 'it is handled from there');
    expect(service.committed).toEqual([2, 3, 4]);
  });
});

it('a replica has no effect with a batch of a partition that another replica has moved', async () => {
  await serve();
  await produce([message(0)]);
  await settled(1);
  await service.setPosition(5); // as the new owner does with a batch that this replica never received
  await produce(numbers(4, 1).map((n) => message(n)));
  await eventually(() => service.committed.length === 5, 'it has asked anew, and goes on');
  expect(await sample(service.metrics, 'kafka_consumer_joins_total')).toBeGreaterThan(1);
});

describe('messages that are deleted before they are read', () => {
  async function deleteBefore(offset: number): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicMetadata({ topics: [topic] }); // kafkajs finds the leader by it
    await admin.deleteTopicRecords({ topic, partitions: [{ ...partition, offset: String(offset) }] });
    await admin.disconnect();
  }

  it('are counted, shown in health and logged as an error when the consumer continues behind them', async () => {
    const error = jest.spyOn(Logger.prototype, 'error');
    const first = await serve();
    await produce([message(0)]);
    await settled(1);
    await first.close();
    startAnew();
    await produce(numbers(9, 1).map((n) => message(n)));
    await deleteBefore(6);
    const server = await serve();
    await eventually(() => service.committed.length === 5, 'the rest is handled');
    await eventually(async () => (await lost()) === 5, 'the gap is counted once');
    expect(server.health()).toMatchObject({
      status: 'degraded',
      detail: `5 messages of ${topic}[0] were deleted unread`,
    });
    expect(error.mock.calls.map(([line]) => line)).toEqual([
      `5 messages of ${topic}[0] were deleted before they were read (offsets 1 to 5): see the runbook messages-deleted-unread`,
    ]);
  });

  it('are counted even if the database was unavailable at the assignment and no messages follow', async () => {
    const first = await serve();
    await produce([message(0)]);
    await settled(1);
    await first.close();
    startAnew();
    await produce(numbers(5, 1).map((n) => message(n)));
    await deleteBefore(6);
    jest.spyOn(PositionsRepository.prototype, 'find').mockRejectedValueOnce(new DatabaseNotReady('not now'));
    const server = await serve();
    await eventually(async () => (await lost()) === 5, 'the gap is counted', 40_000);
    expect(server.health()).toMatchObject({ status: 'degraded' });
  });

  it('are not counted as lost for a new group', async () => {
    await produce(numbers(9).map((n) => message(n)));
    await deleteBefore(6);
    const server = await serve();
    await eventually(() => service.committed.length === 3, 'the rest is handled');
    expect([await lost(), server.health().status]).toEqual([0, 'up']);
  });
});

describe('a topic that is deleted and recreated while the database has a position far beyond its new end', () => {
  /** A message of a foreign producer: without an id, and the same each time. */
  const foreign = (count: number) =>
    produce(
      numbers(count).map((n) => {
        return { topic, key: 'k', value: JSON.stringify({ n }), headers: { ce_type: 'COUNTED' } };
      }),
    );

  async function makeAnew(): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await eventually(async () => !(await admin.listTopics()).includes(topic), 'the topic is gone');
    await admin.disconnect();
    await createTopic(topic, 1);
  }

  it('is read from its beginning by a consumer that starts later, and no message counts as lost', async () => {
    const first = await serve();
    await foreign(10);
    await settled(10);
    await first.close();
    startAnew();
    await makeAnew();
    await foreign(3);
    const server = await serve();
    await settled(3);
    expect(service.committed).toEqual([...numbers(10), ...numbers(3)]);
    expect([await lost(), server.health().status]).toEqual([0, 'up']);
  });

  it('is read from its beginning by a consumer that was running all the time', async () => {
    const server = await serve();
    await foreign(10);
    await settled(10);
    await makeAnew();
    await foreign(3);
    await settled(3, 60_000);
    expect(service.committed).toEqual([...numbers(10), ...numbers(3)]);
    await eventually(() => server.health().status === 'up', 'health is up', 40_000);
    expect(await lost()).toBe(0);
  });
});
