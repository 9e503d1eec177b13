import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as snap, uncompress as unsnap } from 'snappy';

/**
 * The largest decompressed batch. A broker's limit, 1 MiB by default, concerns the compressed size only, so a small batch
 * could otherwise take all memory.
 */
const MAX_BYTES = 32 * 1024 * 1024;

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

const bounded = { maxOutputLength: MAX_BYTES };

const CODECS: Readonly<Record<number, Codec>> = {
  [kafkajs.CompressionTypes.GZIP]: {
    compress: ({ buffer }) => promisify(gzip)(buffer),
    decompress: (bytes) => promisify(gunzip)(bytes, bounded),
  },
  [kafkajs.CompressionTypes.Snappy]: {
    compress: ({ buffer }) => snap(buffer),
    decompress: async (bytes) => (isFramed(bytes) ? unsnapFrames(bytes) : unsnapBlock(bytes)),
  },
  [kafkajs.CompressionTypes.LZ4]: {
    compress: ({ buffer }) => compressFrame(buffer),
    decompress: async (bytes) => {
      assertInBounds(largestOutput(bytes));
      return decompressFrame(bytes);
    },
  },
  [kafkajs.CompressionTypes.ZSTD]: {
    compress: ({ buffer }) => promisify(zstdCompress)(buffer),
    decompress: (bytes) => promisify(zstdDecompress)(bytes, bounded),
  },
};

const codecs = kafkajs.CompressionCodecs as Record<number, () => Codec>;
// kafkajs 2.2.4 supports gzip only, without a bound, and drops a whole fetch if one batch has another codec.
for (const [type, codec] of Object.entries(CODECS)) codecs[Number(type)] = () => codec;

function assertInBounds(bytes: number): void {
  if (bytes > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes when it is decompressed`);
}

/** Java's SnappyOutputStream writes this, two versions, then each block after its length. Others write one bare block. */
const FRAME_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAME_HEADER_BYTES = 16;

function isFramed(bytes: Buffer): boolean {
  return bytes.subarray(0, FRAME_MAGIC.length).equals(FRAME_MAGIC);
}

async function unsnapFrames(bytes: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  for (let at = FRAME_HEADER_BYTES; at < bytes.length;) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    const part = await unsnapBlock(bytes.subarray(start, at));
    assertInBounds((total += part.length));
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function unsnapBlock(block: Buffer): Promise<Buffer> {
  assertInBounds(snappyLength(block));
  return Buffer.from(await unsnap(block));
}

/** The decompressed length of a block, which precedes it as a varint. */
function snappyLength(block: Buffer): number {
  let length = 0;
  for (let n = 0; n < 5; n += 1) {
    const byte = block.readUInt8(n);
    length += (byte & 0x7f) * 2 ** (7 * n);
    if (byte < 0x80) return length;
  }
  throw new Error('the block has no length');
}

/** The highest compression ratio of an LZ4 block. */
const LZ4_RATIO = 255;
const LZ4_DESCRIPTOR_AT = 4;

/** An upper bound of an LZ4 frame's decompressed size, by the sizes of its blocks (LZ4 Frame Format 1.6). */
function largestOutput(frame: Buffer): number {
  const flags = frame.readUInt8(LZ4_DESCRIPTOR_AT);
  const maxBlock = 2 ** (8 + 2 * ((frame.readUInt8(LZ4_DESCRIPTOR_AT + 1) >> 4) & 0x7));
  let total = 0;
  let at = LZ4_DESCRIPTOR_AT + 3 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  for (let size; at + 4 <= frame.length && (size = frame.readUInt32LE(at) & 0x7fffffff) > 0;) {
    total += Math.min(maxBlock, size * LZ4_RATIO);
    at += 4 + size + (flags & 0x10 ? 4 : 0);
  }
  return total;
}
