import { beforeEach, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { type CountingService, useCountingService } from '../../../test/counting-service.js';
import { PermanentError } from '../../envelope/message-errors.js';
import { createKafka } from '../kafka.client.js';
import { assertDecoded } from './kafkajs-undecodable-batch.js';
import {
  committedOffsets,
  createTopic,
  eventually,
  produce,
  readTopic,
  testKafkaOptions,
  uniqueName,
} from '../../testing/test-kafka.js';

const { CompressionTypes, Partitioners } = kafkajs;
const CODECS = ['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const;

let topic: string;
beforeEach(async () => {
  topic = uniqueName('foreign');
  await createTopic(topic, 1);
});

async function send(codec: (typeof CODECS)[number] | 'None', ...values: (string | Buffer)[]): Promise<void> {
  const producer = createKafka(testKafkaOptions()).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, compression: CompressionTypes[codec], messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

describe('a batch of a foreign producer', () => {
  it.each(CODECS)('compressed with %s is read', async (codec) => {
    const values = Array.from({ length: 200 }, (_, n) => `event ${n} ${'x'.repeat(n)}`);
    await send(codec, ...values);
    const messages = await readTopic(topic, values.length);
    expect(messages.map(({ value }) => value?.toString())).toEqual(values);
  });

  // Snappy does not make it small enough for the broker; kafkajs-codecs.spec.ts tests its bound.
  it.each(CODECS.filter((codec) => codec !== 'Snappy'))(
    'that becomes too large out of %s is one bad message, and what follows is read',
    async (codec) => {
      const half = Buffer.alloc(17 * 1024 * 1024);
      await send(codec, half, half);
      await send('None', 'after');
      const [bad, after] = await readTopic(topic, 2);
      expect(after?.value?.toString()).toBe('after');
      expect(bad?.offset).toBe('1');
      expect(bad?.value?.length).toBeLessThan(2 ** 21);
      expect(() => bad && assertDecoded(bad)).toThrow(PermanentError);
      expect(() => bad && assertDecoded(bad)).toThrow(
        expect.objectContaining({
          code: 'BATCH_UNDECODABLE',
          message: expect.stringContaining('offsets 0-1 '),
        }),
      );
    },
  );
});

describe('a batch that cannot be decoded, at a consumer', () => {
  const theService = useCountingService('foreign');
  let service: CountingService;
  beforeEach(async () => {
    service = theService();
    topic = service.topic;
    await createTopic(topic, 1);
  });

  it('is parked as one bad message with its offsets, and later messages are handled', async () => {
    const half = Buffer.alloc(17 * 1024 * 1024);
    await send('GZIP', half, half);
    await produce([{ topic, key: 'k', value: '{"n":1}', headers: { ce_type: 'COUNTED' } }]);
    const server = await service.serve(service.record, { partitions: 1 });
    await eventually(() => service.committed.length === 1, 'what follows is handled');
    expect(await service.parked()).toEqual([
      { partition: 0, offset: 1, code: 'BATCH_UNDECODABLE', message: expect.stringContaining('offsets 0-1 ') },
    ]);
    await eventually(
      async () => (await committedOffsets(service.groupId, topic))[0] === 3,
      'the offset is behind both',
    );
    expect(server.health().status).toBe('up');
  });
});
