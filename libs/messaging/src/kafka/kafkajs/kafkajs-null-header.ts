import { createRequire } from 'node:module';

interface Encoder {
  writeVarInt(value: number): this;
  writeVarIntBytes(value: unknown): this;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/encoder') as { prototype: Encoder };
const writeVarIntBytes = prototype.writeVarIntBytes;

/**
 * A header's value that is written as null. kafkajs 2.2.4 can write null, but measures it with `Buffer.byteLength(null)`,
 * which throws. The lengths 0 and -1 take one byte each, so the measured size is right.
 */
export const NULL_HEADER = Buffer.alloc(0);

prototype.writeVarIntBytes = function (this: Encoder, value: unknown): Encoder {
  return value === NULL_HEADER ? this.writeVarInt(-1) : writeVarIntBytes.call(this, value);
};
