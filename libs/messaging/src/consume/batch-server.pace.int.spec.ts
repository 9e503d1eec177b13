import { describe, expect, it } from '@jest/globals';
import { numbers, useCountingService } from '../../test/counting-service.js';
import { createTopic, eventually, produce } from '../testing/test-kafka.js';

const theService = useCountingService('pace');

describe('the pace of BatchServer', () => {
  it('gathers the events of a pause in one batch', async () => {
    const service = theService();
    await createTopic(service.topic);
    await service.serve(undefined, { pace: { leastMs: 2_000 } });
    // one send after the other, so that there are dozens of batches with short pauses
    for (const n of numbers(200)) await produce([service.message(n)]);
    await eventually(() => service.committed.length === 200, 'all events handled');
    expect(service.batches.length).toBeLessThanOrEqual(5);
  });
});
