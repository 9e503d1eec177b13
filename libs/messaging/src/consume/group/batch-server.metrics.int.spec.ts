import { beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '@orderflow/observability/testing';
import { type CountingService, numbers, useCountingService } from '../../../test/counting-service.js';
import { createTopic, eventually, produce } from '../../testing/test-kafka.js';

const theService = useCountingService('batches');
let service: CountingService;
let topic: string;

beforeEach(async () => {
  service = theService();
  topic = service.topic;
});

const serve = (...options: Parameters<CountingService['serve']>) => service.serve(...options);

const message: CountingService['message'] = (...of) => service.message(...of);

describe('the metrics of BatchServer', () => {
  const lag = () => sample(service.metrics, `kafka_consumer_lag_messages{topic="${topic}"}`);

  it('count delivered messages, and measure batches', async () => {
    await serve();
    await produce([message(1), message(2), message(3, { type: 'MADE_UP' })]);
    await eventually(() => service.committed.length === 2, 'both are handled');
    expect(await sample(service.metrics, `events_consumed_total{topic="${topic}",type="COUNTED"}`)).toBe(2);
    const others = () => sample(service.metrics, `events_consumed_total{topic="${topic}",type="other"}`);
    await eventually(async () => (await others()) === 1, 'the other, of a partition of its own, has come too');
    const inBatches = () => sample(service.metrics, 'kafka_consumer_batch_messages_sum');
    await eventually(async () => (await inBatches()) === 3, 'all were in batches');
    expect(
      await sample(service.metrics, 'kafka_consumer_batch_duration_seconds_count{result="committed"}'),
    ).toBeGreaterThan(0);
  });

  it('show the lag while it cannot handle messages, and no lag after it has caught up', async () => {
    await createTopic(topic, 1);
    await service.loseDatabase();
    await serve();
    expect(await lag()).toBe(0);
    await produce(numbers(7).map((n) => message(n)));
    await eventually(async () => (await lag()) === 7, 'it is seven behind');
    expect(
      await sample(service.metrics, 'kafka_consumer_batch_duration_seconds_count{result="failed"}'),
    ).toBeGreaterThan(0);
    await service.restoreDatabase();
    await eventually(async () => (await lag()) === 0, 'it has caught up');
    expect(service.committed).toHaveLength(7);
  });

  it('show whether it is in its group', async () => {
    await serve();
    expect(await sample(service.metrics, 'kafka_consumer_in_group')).toBe(1);
    expect(await sample(service.metrics, 'kafka_consumer_joins_total')).toBe(1);
    await service.servers[0]?.close();
    expect(await sample(service.metrics, 'kafka_consumer_in_group')).toBe(0);
    expect(await lag()).toBeUndefined();
  });
});
