import { beforeEach, expect, it, jest } from '@jest/globals';
import * as concurrency from '@orderflow/concurrency';
import { sample } from '@orderflow/observability/testing';
import type { CountingService } from '../../../test/counting-service.js';
import { createTopic, eventually, produce } from '../../testing/test-kafka.js';
import type { BatchServer } from '../batch-server.js';

/** The number of consecutive failures at each wait of the server. */
const waits: number[] = [];
const backoffMs = (failures: number) => {
  waits.push(failures);
  return 10;
};
jest.unstable_mockModule('@orderflow/concurrency', () => ({ ...concurrency, backoffMs }));
const { useCountingService } = await import('../../../test/counting-service.js');

const theService = useCountingService('reconnecting');
let service: CountingService;
let topic: string;
let server: BatchServer;
/** Whether every fetch with messages crashes the consumer after it has joined its group. */
let isBroken: boolean;

beforeEach(async () => {
  service = theService();
  topic = service.topic;
  isBroken = true;
  await createTopic(topic, 1);
  const created = await service.createServer(service.record, { partitions: 1 });
  server = created.server;
  jest.spyOn(created.consumer.events, 'count').mockImplementation(() => {
    if (isBroken) throw new TypeError('the instrument is broken');
  });
});

const send = (n: number) => produce([service.message(n)]);

it('a crashing consumer waits longer each time, even if it joins its group, until it handles a message', async () => {
  await send(1);
  await server.listen(() => undefined);
  const joins = async () => Number(await sample(service.metrics, 'kafka_consumer_joins_total'));
  await eventually(async () => (await joins()) >= 4, 'it has joined four times', 40_000);
  expect(waits.length).toBeGreaterThanOrEqual(3);
  expect(waits).toEqual(waits.map((_, n) => n + 1));
  isBroken = false;
  await eventually(() => service.committed.length === 1, 'the message is handled');
  const before = waits.length;
  isBroken = true;
  await send(2);
  await eventually(() => waits.length > before, 'it has crashed once more');
  expect(waits[before]).toBe(1);
});
