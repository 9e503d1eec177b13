import { PermanentError } from './message-errors.js';

/** Confluent wire format: this byte, the schema's id (4 bytes, big-endian), then the data. No JSON text begins with it. */
const MAGIC_BYTE = 0;
const PREFIX_BYTES = 5;

export function withSchemaId(schemaId: number, data: Buffer | string): Buffer {
  const bytes = Buffer.from(data);
  const framed = Buffer.allocUnsafe(PREFIX_BYTES + bytes.length);
  framed.writeUInt8(MAGIC_BYTE);
  framed.writeUInt32BE(schemaId, 1);
  bytes.copy(framed, PREFIX_BYTES);
  return framed;
}

/**
 * The data of a value with or without the prefix. The schema id is ignored, because consumers validate the JSON against
 * their own classes (ADR 0016).
 * @throws {PermanentError} `WIRE_FORMAT_INVALID` if the value begins with byte 0 and has no data after the prefix
 */
export function withoutSchemaId(value: Buffer): Buffer {
  if (value[0] !== MAGIC_BYTE) return value;
  if (value.length > PREFIX_BYTES) return value.subarray(PREFIX_BYTES);
  throw new PermanentError('WIRE_FORMAT_INVALID', 'the value begins with byte 0 and ends before any data');
}
