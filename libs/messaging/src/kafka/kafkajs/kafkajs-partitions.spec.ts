import { createRequire } from 'node:module';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { groupMessagesPerPartition, murmur2 } from './kafkajs-partitions.js';

const require = createRequire(import.meta.url);
const load = () => ({
  murmur2: require('kafkajs/src/producer/partitioners/default/murmur2') as typeof murmur2,
  group: require('kafkajs/src/producer/groupMessagesPerPartition') as typeof groupMessagesPerPartition,
});
const patched = load();
jest.resetModules(); // undoes the fixes
const original = load();

const key = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 50 }),
);

describe('the partitions of a send', () => {
  it('are chosen by our code in kafkajs', () => {
    expect(patched).toEqual({ murmur2, group: groupMessagesPerPartition });
    expect(original.murmur2).not.toBe(murmur2);
    expect(original.group).not.toBe(groupMessagesPerPartition);
  });

  it('are those of every other client: the hashes of its tests', () => {
    // UtilsTest.testMurmur2 of Apache Kafka
    const hashes = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536 };
    for (const [text, hash] of Object.entries(hashes)) expect(murmur2(text)).toBe(hash);
    expect(murmur2(Buffer.from('lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8'))).toBe(-58897971);
  });

  it('are those of kafkajs for any key', () => {
    fc.assert(fc.property(key, (each) => expect(murmur2(each)).toBe(original.murmur2(each))));
  });

  it('hold their messages in the order of the send', () => {
    const send = fc.array(fc.record({ key, number: fc.nat() }), { maxLength: 200 });
    fc.assert(
      fc.property(send, fc.integer({ min: 0, max: 6 }), (messages, partitions) => {
        const grouping = {
          topic: 'orders',
          partitionMetadata: Array.from({ length: partitions }, () => ({})),
          messages,
          partitioner: ({ message }: { message: (typeof messages)[number] }) => message.number % partitions,
        };
        expect(groupMessagesPerPartition(grouping)).toEqual(original.group(grouping));
      }),
    );
  });
});
