import { replaceExports } from '../replace-exports.js';

type HeaderValue = Buffer | null;

/** What the batch says about all of its records. */
interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly magicByte: number;
  readonly isControlBatch?: boolean;
  /** 1 if the broker's time counts: `maxTimestamp`. */
  readonly timestampType?: number;
}

const LOG_APPEND_TIME = 1;
/** The weight of the tenth byte. */
const LONGEST_VARINT = 128 ** 9;

/**
 * Decodes a record of a record batch (Kafka protocol, record format v2). kafkajs 2.2.4 copies all headers for each header, and
 * a length that exceeds the record makes it return zeros, or occupies it for minutes.
 * @param record the bytes behind its length, as kafkajs's `Decoder`
 * @throws {RangeError} if a length exceeds the record, or a number has more than 64 bits
 */
export function decodeRecord({ buffer }: { readonly buffer: Buffer }, batchContext: BatchContext): object {
  const reader = new RecordReader(buffer);
  const attributes = reader.readByte();
  const timestampDelta = reader.readVarInt();
  const offsetDelta = reader.readVarInt();
  const { firstOffset, firstTimestamp, maxTimestamp, magicByte, isControlBatch = false, timestampType } = batchContext;
  return {
    magicByte,
    attributes,
    timestamp: timestampType === LOG_APPEND_TIME ? maxTimestamp : String(Number(firstTimestamp) + timestampDelta),
    offset: String(BigInt(firstOffset) + BigInt(offsetDelta)),
    key: reader.readBytes(),
    value: reader.readBytes(),
    headers: readHeaders(reader),
    isControlRecord: isControlBatch,
    batchContext,
  };
}

replaceExports('kafkajs/src/protocol/recordBatch/record/v0/decoder', decodeRecord);

/** A name that occurs more than once has all of its values, in their order. */
function readHeaders(reader: RecordReader): Record<string, HeaderValue | HeaderValue[]> {
  const headers = new Map<string, HeaderValue | HeaderValue[]>();
  for (let left = reader.readVarInt(); left > 0; left -= 1) {
    const name = reader.readText();
    const value = reader.readBytes();
    const earlier = headers.get(name);
    if (Array.isArray(earlier)) earlier.push(value);
    else headers.set(name, earlier === undefined ? value : [earlier, value]);
  }
  return Object.fromEntries(headers); // unlike an assignment, it makes `__proto__` a name like any other
}

class RecordReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  readByte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('the record is truncated');
    this.at += 1;
    return byte;
  }

  /** A zigzag varint of Protocol Buffers; by arithmetic, because a difference of times needs more than 32 bits. */
  readVarInt(): number {
    let zigzag = 0;
    let weight = 1;
    let byte: number;
    do {
      if (weight > LONGEST_VARINT) throw new RangeError('a number is longer than 64 bits');
      byte = this.readByte();
      zigzag += (byte & 127) * weight;
      weight *= 128;
    } while (byte > 127);
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  /** A length of -1 stands for null. */
  readBytes(): Buffer | null {
    const length = this.readVarInt();
    return length === -1 ? null : this.bytes.subarray(this.at, this.pass(length));
  }

  readText(): string {
    const length = this.readVarInt();
    return this.bytes.toString('utf8', this.at, this.pass(length));
  }

  private pass(length: number): number {
    if (length < 0 || this.at + length > this.bytes.length) throw new RangeError('a length exceeds the record');
    this.at += length;
    return this.at;
  }
}
