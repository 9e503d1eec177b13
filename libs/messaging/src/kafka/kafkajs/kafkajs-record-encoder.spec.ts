import { createRequire } from 'node:module';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { recordToEncode } from '../../../test/records.js';
import { encodeRecord } from './kafkajs-record-encoder.js';

type Encode = typeof encodeRecord;

const require = createRequire(import.meta.url);
const RECORD = 'kafkajs/src/protocol/recordBatch/record/v0';
const patched = require(RECORD) as Encode;
jest.resetModules();
const original = require(RECORD) as Encode;

const bytesOf = (encoded: object) => (encoded as { readonly buffer: Buffer }).buffer;

describe('the encoder of records', () => {
  it('is the one that kafkajs uses', () => {
    expect(patched).toBe(encodeRecord);
    expect(original).not.toBe(encodeRecord);
  });

  it('writes the bytes that kafkajs would write', () => {
    fc.assert(
      fc.property(recordToEncode, (each) => {
        expect(bytesOf(encodeRecord(each)).equals(bytesOf(original(each)))).toBe(true);
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
