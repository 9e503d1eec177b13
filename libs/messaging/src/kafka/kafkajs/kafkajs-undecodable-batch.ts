import { PermanentError } from '../../envelope/message-errors.js';
import { type ConsumedMessage, headerOf } from '../../envelope/message.js';
import './records/kafkajs-record-decoder.js'; // before the decoder of batches loads that of records
import { replaceExports } from './replace-exports.js';

interface Decoder {
  readonly buffer: Buffer;
  readonly offset: number;
}
type DecodeBatch = (decoder: Decoder) => Promise<{ readonly records: readonly object[] }>;

const decodeBatch = replaceExports<DecodeBatch>('kafkajs/src/protocol/recordBatch/v0/decoder', decodeOrKeep);

const PREFIX = 'undecodable_batch_';
/** kafkajs passes the records of a batch as the arguments of one call. */
const MAX_RECORDS = 65_536;

/**
 * Decodes a record batch. A batch that cannot be decoded becomes a single message at its last offset: its value is the
 * batch's bytes, and its headers have the offsets and the error. kafkajs 2.2.4 itself throws for the whole fetch, and its
 * consumer never gets past such a batch.
 */
async function decodeOrKeep(decoder: Decoder): ReturnType<DecodeBatch> {
  const { buffer, offset: start } = decoder;
  try {
    if (buffer.length >= start + HEADER_BYTES && buffer.readInt32BE(start + 57) > MAX_RECORDS) skip(decoder);
    return await decodeBatch(decoder);
  } catch (error) {
    if ((error as Error).name === 'KafkaJSPartialMessageError') throw error;
    return asOneMessage(buffer.subarray(start), error as Error);
  }
}

const HEADER_BYTES = 61;

/** Moves past a batch without decoding it. */
function skip(decoder: Decoder & { forward?(bytes: number): void }): never {
  const length = decoder.buffer.readInt32BE(decoder.offset + 8);
  if (decoder.buffer.length >= decoder.offset + 12 + length) decoder.forward?.(12 + length);
  throw new Error(`it has more than ${MAX_RECORDS} records`);
}

/** Follows the layout of a record batch, magic 2 (KIP-98). */
function asOneMessage(rest: Buffer, error: Error): Awaited<ReturnType<DecodeBatch>> {
  const bytes = rest.subarray(0, 12 + rest.readInt32BE(8));
  const attributes = bytes.readInt16BE(21);
  const firstOffset = bytes.readBigInt64BE(0);
  const lastOffset = firstOffset + BigInt(bytes.readInt32BE(23));
  const context = {
    firstOffset: `${firstOffset}`,
    firstTimestamp: `${bytes.readBigInt64BE(27)}`,
    maxTimestamp: `${bytes.readBigInt64BE(35)}`,
    producerId: `${bytes.readBigInt64BE(43)}`,
    inTransaction: (attributes & 0x10) > 0,
    isControlBatch: false,
  };
  const headers = {
    [`${PREFIX}offsets`]: Buffer.from(`${firstOffset}-${lastOffset}`),
    [`${PREFIX}codec`]: Buffer.from(CODEC_NAMES[attributes & 0x07] ?? 'unknown'),
    [`${PREFIX}error`]: Buffer.from(error.message.slice(0, 200)),
  };
  const record = {
    magicByte: 2,
    attributes,
    timestamp: context.maxTimestamp,
    offset: `${lastOffset}`,
    key: null,
    value: Buffer.from(bytes), // a copy: a slice would keep the whole fetch in memory
    headers,
    isControlRecord: false,
    batchContext: context,
  };
  return { ...context, records: [record] };
}

const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** @throws {PermanentError} `BATCH_UNDECODABLE` if the message stands for a batch that could not be decoded */
export function assertDecoded(message: ConsumedMessage): void {
  const offsets = headerOf(message, `${PREFIX}offsets`);
  if (offsets === undefined) return;
  const [codec, error] = ['codec', 'error'].map((name) => headerOf(message, PREFIX + name));
  throw new PermanentError(
    'BATCH_UNDECODABLE',
    `the batch of offsets ${offsets} cannot be decoded (compression ${codec}): ${error}`,
  );
}
