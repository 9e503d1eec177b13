import { expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { Producer } from './producer.js';
import { createTopic, readTopic, testKafkaOptions, uniqueName } from '../testing/index.js';

it('a producer writes null, empty and repeated headers as they are', async () => {
  const topic = uniqueName('headers');
  await createTopic(topic);
  const producer = new Producer(testKafkaOptions(), new Metrics());
  const headers = { nothing: null, empty: Buffer.alloc(0), several: [Buffer.from('1'), null] };
  await producer.send([{ topic, key: 'k', value: null, headers }]);
  const [message] = await readTopic(topic, 1);
  expect(message?.headers).toEqual(headers);
  await producer.onApplicationShutdown();
});
