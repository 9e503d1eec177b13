import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import * as concurrency from '@orderflow/concurrency';
import { Metrics } from '@orderflow/observability';
import { sample } from '@orderflow/observability/testing';
import { IsInt } from 'class-validator';
import type { BatchContext } from './batch.context.js';
import type { BatchServer } from './batch-server.js';
import { type CloudEvent, encodeCloudEvent } from '../envelope/cloud-event.js';
import { handles } from './event-dispatcher.js';
import { Ledger } from '../testing/ledger.js';
import { createTopic, eventually, produce, testKafkaOptions, testMetrics, uniqueName } from '../testing/test-kafka.js';

class Counted {
  static readonly type = 'COUNTED';

  @IsInt()
  n!: number;
}

/** After how many failures in a row the server was about to wait, each time. */
const waits: number[] = [];
const backoffMs = (failures: number) => {
  waits.push(failures);
  return 10;
};
jest.unstable_mockModule('@orderflow/concurrency', () => ({ ...concurrency, backoffMs }));
const { BatchServer: Server } = await import('./batch-server.js');

const topic = uniqueName('reconnecting');
let metrics: Metrics;
let ledger: Ledger;
let server: BatchServer;
/** Whether every fetch that brings something crashes the consumer, after it has joined its group. */
let isBroken: boolean;

beforeEach(async () => {
  metrics = new Metrics();
  ledger = new Ledger();
  isBroken = true;
  await createTopic(topic, 1);
  const instruments = testMetrics(metrics);
  jest.spyOn(instruments.events, 'count').mockImplementation(() => {
    if (isBroken) throw new TypeError('the instrument is broken');
  });
  server = new Server({
    kafka: testKafkaOptions(),
    groupId: uniqueName('group'),
    topicSettings: { partitions: 1, replicationFactor: 1, retentionMs: 3_600_000 },
    unitOfWork: ledger,
    ...instruments,
  });
  const handler = async (events: readonly CloudEvent<Counted>[], context: BatchContext<number[]>) => {
    context.getTransaction().push(...events.map(({ data }) => data.n));
  };
  server.addHandler(topic, handler, true, handles(Counted));
});
afterEach(() => server.close());

const send = (n: number) => {
  const event = { id: `id-${n}`, source: '/test', type: 'COUNTED', subject: 'k', time: '2026-01-02T03:04:05Z' };
  return produce([encodeCloudEvent({ ...event, data: { n } }, { topic, key: 'k' })]);
};

it('a consumer that crashes waits longer each time, though it has joined its group, until it has handled something', async () => {
  await send(1);
  await server.listen(() => undefined);
  const joins = async () => Number(await sample(metrics, 'kafka_consumer_joins_total'));
  await eventually(async () => (await joins()) >= 4, 'it has joined four times', 40_000);
  expect(waits.length).toBeGreaterThanOrEqual(3);
  expect(waits).toEqual(waits.map((_, n) => n + 1));
  isBroken = false;
  await eventually(() => ledger.committed.length === 1, 'the message is handled');
  const before = waits.length;
  isBroken = true;
  await send(2);
  await eventually(() => waits.length > before, 'it has crashed once more');
  expect(waits[before]).toBe(1);
});
