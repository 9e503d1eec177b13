import { createRequire } from 'node:module';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { decodeRecord } from './kafkajs-record-decoder.js';
import { encodeRecord } from './kafkajs-record-encoder.js';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => {
  readonly buffer: Buffer;
  readVarIntBytes(): Buffer;
};

const loadCodec = () => ({
  encode: require('kafkajs/src/protocol/recordBatch/record/v0') as typeof encodeRecord,
  decode: require('kafkajs/src/protocol/recordBatch/record/v0/decoder') as typeof decodeRecord,
});
const patched = loadCodec();
jest.resetModules(); // undoes the fixes
const original = loadCodec();

const content = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

/** Any record that kafkajs can encode. */
const recordToEncode = fc.record({
  offsetDelta: fc.nat(2 ** 31 - 1),
  timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  key: fc.option(content),
  value: fc.option(content),
  headers: fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.oneof(content, fc.array(content, { maxLength: 3 })),
  ),
});

const bytesOf = (encoded: object) => (encoded as { readonly buffer: Buffer }).buffer;

describe('the encoder of records', () => {
  it('is the one that kafkajs uses', () => {
    expect(patched.encode).toBe(encodeRecord);
    expect(original.encode).not.toBe(encodeRecord);
  });

  it('writes the bytes that kafkajs would write', () => {
    fc.assert(
      fc.property(recordToEncode, (each) => {
        expect(bytesOf(encodeRecord(each)).equals(bytesOf(original.encode(each)))).toBe(true);
      }),
    );
  });

  it('writes a header without a value as null', () => {
    const withNull = bytesOf(encodeRecord({ key: null, value: null, headers: { a: null, b: ['x', null] } }));
    expect(withNull.toString('hex')).toBe('20000000010106' + '026101' + '02620278' + '026201');
  });

  it('leaves out what was not given', () => {
    expect(bytesOf(encodeRecord({})).equals(bytesOf(encodeRecord({ key: null, value: null })))).toBe(true);
  });
});

const context = {
  firstOffset: '9007199254740993',
  firstTimestamp: '1764000000000',
  maxTimestamp: '1764000000007',
  magicByte: 2,
};

/** The bytes behind the length, as kafkajs's decoder of batches passes them. */
const bodyOf = (record: Parameters<typeof encodeRecord>[0]) =>
  new Decoder(bytesOf(encodeRecord(record))).readVarIntBytes();

const decode = (body: Buffer, batch = context) => decodeRecord(new Decoder(body), batch);

describe('the decoder of records', () => {
  it('is the one that kafkajs uses', () => {
    expect(patched.decode).toBe(decodeRecord);
    expect(original.decode).not.toBe(decodeRecord);
  });

  it.each([0, 1])('reads what kafkajs would read (timestamp type %i)', (timestampType) => {
    fc.assert(
      fc.property(recordToEncode, (record) => {
        fc.pre(Object.keys(record.headers).every((name) => !(name in {}))); // kafkajs adds what every object inherits
        const body = bodyOf(record);
        const batch = { ...context, timestampType };
        expect(decode(body, batch)).toEqual(original.decode(new Decoder(body), batch));
      }),
    );
  });

  it('keeps each value of a repeated name, and null', () => {
    const body = bodyOf({ headers: { a: ['1', null, '2'], ['__proto__']: 'x', toString: 'y', b: null } });
    const { headers } = decode(body) as { readonly headers: object };
    expect(Object.entries(headers)).toEqual([
      ['a', [Buffer.from('1'), null, Buffer.from('2')]],
      ['__proto__', Buffer.from('x')],
      ['toString', Buffer.from('y')],
      ['b', null],
    ]);
  });

  it('rejects a record that is truncated at any byte', () => {
    const body = bodyOf({ key: 'key', value: 'value', headers: { name: 'content' } });
    for (let end = 0; end < body.length; end += 1) {
      expect(() => decode(body.subarray(0, end))).toThrow(RangeError);
    }
  });

  it('rejects a count of headers that the record cannot hold, at once', () => {
    const body = Buffer.concat([bodyOf({}).subarray(0, -1), Buffer.from('feffffff0f', 'hex')]);
    expect(() => decode(body)).toThrow('the record is truncated');
  });

  it('rejects a number that is longer than 64 bits', () => {
    const body = Buffer.concat([Buffer.alloc(1), Buffer.alloc(500, 0x80), bodyOf({})]);
    expect(() => decode(body)).toThrow('a number is longer than 64 bits');
  });

  it('reads a name that occurs 300,000 times', () => {
    const body = bodyOf({ headers: { a: Array.from({ length: 300_000 }, () => null) } });
    const { headers } = decode(body) as { readonly headers: Record<string, unknown> };
    expect(headers['a']).toHaveLength(300_000);
  });
});
