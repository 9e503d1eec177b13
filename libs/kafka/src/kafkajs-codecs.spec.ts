import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import './kafkajs-codecs.js';
import './kafkajs-undecodable-batch.js';

const require = createRequire(import.meta.url);
const codec = (name: 'GZIP' | 'Snappy' | 'LZ4' | 'ZSTD') => kafkajs.CompressionCodecs[kafkajs.CompressionTypes[name]]();

describe('a codec', () => {
  it.each([
    ['Snappy', Buffer.from([0xff, 0xff, 0xff, 0x7f, 0x00])],
    [
      'LZ4',
      Buffer.concat([Buffer.from('04224d186070000000f00f00', 'hex').subarray(0, 7), ...Array(64).fill(lz4Block())]),
    ],
  ] as const)('%s does not decompress what says that it becomes larger than 32 MiB', async (name, bytes) => {
    await expect(codec(name).decompress(bytes)).rejects.toThrow('larger than 33554432 bytes');
  });

  it.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)('%s rejects what is no data of it', async (name) => {
    await expect(codec(name).decompress(Buffer.from('no such data'))).rejects.toThrow();
  });
});

/** A block of 4 MiB at most, of which only the length matters here. */
function lz4Block(): Buffer {
  const size = 16_448;
  const block = Buffer.alloc(4 + size);
  block.writeUInt32LE(size);
  return block;
}

describe('a record batch', () => {
  type Decode = (decoder: object) => Promise<{ records: { offset: string; value: Buffer; headers: object }[] }>;
  const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder') as Decode;
  const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => { offset: number };

  it('of too many records is one bad message at its last offset, and decoding goes on behind it', async () => {
    const batch = Buffer.alloc(100);
    batch.writeBigInt64BE(17n, 0);
    batch.writeInt32BE(batch.length - 12, 8);
    batch.writeInt8(2, 16);
    batch.writeInt32BE(69_999, 23);
    batch.writeInt32BE(70_000, 57);
    const decoder = new Decoder(Buffer.concat([batch, Buffer.from('next')]));
    const { records } = await decode(decoder);
    expect(records).toMatchObject([{ offset: '70016', value: batch }]);
    expect(decoder.offset).toBe(batch.length);
    expect(JSON.stringify(records[0]?.headers)).toContain('undecodable_batch_error');
  });
});
