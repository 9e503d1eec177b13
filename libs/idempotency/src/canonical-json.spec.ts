import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it('sorts members at every depth, and leaves lists in their order', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 'x'], a: { z: null, y: 1.5 } })).toBe(
      '{"a":{"y":1.5,"z":null},"b":[{"c":2,"d":1},"x"]}',
    );
  });

  it('sorts by UTF-16 code units and writes numbers as RFC 8785 does', () => {
    expect(canonicalJson({ '\ufb33': 1, '😀': 2, '10': 3, '9': 4, '1': 1e21 })).toBe(
      '{"1":1e+21,"10":3,"9":4,"😀":2,"\ufb33":1}',
    );
  });

  it('omits a member that is undefined', () => {
    expect(canonicalJson({ a: undefined })).toBe('{}');
  });

  it('preserves the value, and does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).reverse();
  return Object.assign(
    Object.create(null),
    Object.fromEntries(members.map(([name, member]) => [name, reversed(member)])),
  );
}
