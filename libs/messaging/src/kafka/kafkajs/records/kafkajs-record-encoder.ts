import { createRequire } from 'node:module';
import { replaceExports } from '../replace-exports.js';

type Content = Buffer | string | null | undefined;

/** A record as kafkajs gives it to its encoder. */
interface RecordToEncode {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Content;
  readonly value?: Content;
  readonly headers?: Readonly<Record<string, Content | readonly Content[]>>;
}

const Encoder = createRequire(import.meta.url)('kafkajs/src/protocol/encoder') as { readonly prototype: object };

/**
 * Encodes a record of a record batch (Kafka protocol, record format v2) into a buffer of its exact size. kafkajs 2.2.4 zeroes 512
 * bytes for each header and each record, and cannot write a header without a value.
 * @returns what kafkajs takes for its `Encoder`
 */
export function encodeRecord({
  offsetDelta = 0,
  timestampDelta = 0,
  key,
  value,
  headers = {},
}: RecordToEncode): object {
  const fields = Object.entries(headers).flatMap(([name, content]) =>
    Array.isArray(content) ? content.flatMap((each: Content) => [name, each]) : [name, content as Content],
  );
  const numbers = [timestampDelta, offsetDelta];
  const body =
    1 +
    numbers.reduce((size, number) => size + sizeOfVarInt(number), sizeOfVarInt(fields.length / 2)) +
    [key, value, ...fields].reduce<number>((size, content) => size + sizeOfContent(content), 0);
  const buf = Buffer.allocUnsafe(sizeOfVarInt(body) + body);
  let offset = writeVarInt(buf, body, 0);
  offset = buf.writeInt8(0, offset); // attributes: none are defined
  for (const number of numbers) offset = writeVarInt(buf, number, offset);
  for (const content of [key, value]) offset = writeContent(buf, content, offset);
  offset = writeVarInt(buf, fields.length / 2, offset);
  for (const field of fields) offset = writeContent(buf, field, offset);
  return Object.assign(Object.create(Encoder.prototype) as object, { buf, offset });
}

replaceExports('kafkajs/src/protocol/recordBatch/record/v0', encodeRecord);

/** -1 stands for null. */
function lengthOf(content: Content): number {
  if (content === null || content === undefined) return -1;
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length;
}

function sizeOfContent(content: Content): number {
  const length = lengthOf(content);
  return sizeOfVarInt(length) + Math.max(0, length);
}

function writeContent(buf: Buffer, content: Content, at: number): number {
  const start = writeVarInt(buf, lengthOf(content), at);
  if (content === null || content === undefined) return start;
  return start + (typeof content === 'string' ? buf.write(content, start) : content.copy(buf, start));
}

/** Varints of Protocol Buffers, in zigzag; by arithmetic, because a difference of times needs more than 32 bits. */
const zigzag = (number: number) => (number < 0 ? -2 * number - 1 : 2 * number);

function sizeOfVarInt(number: number): number {
  let size = 1;
  for (let rest = zigzag(number); rest > 127; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function writeVarInt(buf: Buffer, number: number, at: number): number {
  let rest = zigzag(number);
  for (; rest > 127; rest = Math.floor(rest / 128)) at = buf.writeUInt8((rest % 128) + 128, at);
  return buf.writeUInt8(rest, at);
}
