import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { compress as snap } from 'snappy';
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

  it.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)('%s rejects invalid data', async (name) => {
    await expect(codec(name).decompress(Buffer.from('no such data'))).rejects.toThrow();
  });
});

describe('Snappy in the frames of Java producers', () => {
  /** Magic, version and compatible version, then each block behind its length (snappy-java's SnappyOutputStream). */
  async function framed(...texts: readonly string[]): Promise<Buffer> {
    const parts: Buffer[] = [Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex')];
    for (const text of texts) {
      const block = await snap(text);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(block.length);
      parts.push(length, block);
    }
    return Buffer.concat(parts);
  }

  it('is decompressed, block after block', async () => {
    const bytes = await framed('first block, ', 'second block');
    expect((await codec('Snappy').decompress(bytes)).toString()).toBe('first block, second block');
  });

  it('rejects a block that is truncated at any byte', async () => {
    const [whole, first] = [await framed('first block, ', 'second block'), await framed('first block, ')];
    for (let end = first.length + 1; end < whole.length; end += 1) {
      await expect(codec('Snappy').decompress(whole.subarray(0, end))).rejects.toThrow();
    }
  });

  it('is rejected above 32 MiB in total', async () => {
    const block = 'x'.repeat(12 * 1024 * 1024);
    await expect(codec('Snappy').decompress(await framed(block, block, block))).rejects.toThrow(
      'larger than 33554432 bytes',
    );
  });
});

/** A block of at most 4 MiB; only its length matters here. */
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

  it('with too many records is one bad message at its last offset, and decoding continues behind it', async () => {
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
