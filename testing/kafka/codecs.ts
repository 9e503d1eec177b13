import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

/** What Java writes before its blocks of snappy, each behind its length. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** The witness reads what foreign producers write, past the services' own code; kafkajs itself knows gzip alone. */
export function readAllCodecs() {
  CompressionCodecs[CompressionTypes.ZSTD] = decoder(promisify(zstdDecompress));
  CompressionCodecs[CompressionTypes.LZ4] = decoder(fromLz4);
  CompressionCodecs[CompressionTypes.Snappy] = decoder(fromSnappy);
}

const decoder = (decompress: (bytes: Buffer) => Promise<Buffer>) => () => ({
  decompress,
  compress: () => Promise.reject(new Error('it only reads')),
});

async function fromLz4(bytes: Buffer) {
  const { decompressFrame } = await import('lz4-napi'); // native: loaded where something is compressed so
  return decompressFrame(bytes);
}

async function fromSnappy(bytes: Buffer) {
  const { uncompress } = await import('snappy');
  const block = async (part: Buffer) => Buffer.from((await uncompress(part)) as Buffer);
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return block(bytes);
  const blocks = [];
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    blocks.push(await block(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}
