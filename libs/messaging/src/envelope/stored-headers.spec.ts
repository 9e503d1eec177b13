import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { restoreHeaders, storeHeaders } from './stored-headers.js';

const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const value = fc.option(bytes, { nil: null });
const headers = fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(value, fc.array(value, { maxLength: 3 })));

describe('stored headers', () => {
  it('are restored byte for byte through JSON', () => {
    fc.assert(
      fc.property(headers, (original) => {
        const stored = JSON.parse(JSON.stringify(storeHeaders(original))) as ReturnType<typeof storeHeaders>;
        expect(restoreHeaders(stored)).toEqual({ ...original });
      }),
    );
  });

  it('keep text readable', () => {
    expect(storeHeaders({ ce_id: 'e-1', ce_type: Buffer.from('PLÖTZLICH') })).toEqual({
      ce_id: 'e-1',
      ce_type: 'PLÖTZLICH',
    });
  });

  it.each(['a\0b', 'base64:', 'base64:YQ=='])('keep the name %j', (name) => {
    const stored = storeHeaders({ [name]: null });
    expect(Object.keys(stored)[0]).not.toContain('\0');
    expect(restoreHeaders(stored)).toEqual({ [name]: null });
  });

  it('keep bytes that Postgres does not accept as text', () => {
    expect(storeHeaders({ a: Buffer.from([0]), b: Buffer.from([0xff]) })).toEqual({
      a: { base64: 'AA==' },
      b: { base64: '/w==' },
    });
  });
});
