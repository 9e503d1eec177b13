import { createRequire } from 'node:module';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { recordToEncode } from '../../../test/records.js';
import { decodeRecord } from './kafkajs-record-decoder.js';
import { encodeRecord } from './kafkajs-record-encoder.js';

const require = createRequire(import.meta.url);
const RECORD = 'kafkajs/src/protocol/recordBatch/record/v0/decoder';
const patched = require(RECORD) as typeof decodeRecord;
jest.resetModules();
const original = require(RECORD) as typeof decodeRecord;
const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => {
  readonly buffer: Buffer;
  readVarIntBytes(): Buffer;
};

const context = {
  firstOffset: '9007199254740993',
  firstTimestamp: '1764000000000',
  maxTimestamp: '1764000000007',
  magicByte: 2,
};

/** The bytes behind the length, as `kafkajs-undecodable-batch.ts` gets them. */
function bodyOf(record: Parameters<typeof encodeRecord>[0]): Buffer {
  const { buffer } = encodeRecord(record) as { readonly buffer: Buffer };
  return new Decoder(buffer).readVarIntBytes();
}

const decode = (body: Buffer, batch = context) => decodeRecord(new Decoder(body), batch);

describe('the decoder of records', () => {
  it('is the one that kafkajs uses', () => {
    expect(patched).toBe(decodeRecord);
    expect(original).not.toBe(decodeRecord);
  });

  it.each([0, 1])('reads what kafkajs would read (timestamp type %i)', (timestampType) => {
    fc.assert(
      fc.property(recordToEncode, (record) => {
        fc.pre(Object.keys(record.headers).every((name) => !(name in {}))); // kafkajs adds what every object inherits
        const body = bodyOf(record);
        const batch = { ...context, timestampType };
        expect(decode(body, batch)).toEqual(original(new Decoder(body), batch));
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
