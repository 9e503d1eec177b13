import { describe, expect, it } from '@jest/globals';
import { redactValue } from './redact-value.js';

const thrower = Object.defineProperty({ a: 1 }, 'b', {
  enumerable: true,
  get: () => {
    throw new Error('no');
  },
});
const circle: Record<string, unknown> = { a: 1 };
circle['self'] = circle;

describe('redactValue', () => {
  it('redacts members whose names stand for secrets, and keeps the others', () => {
    const value = {
      password: 'a"b\\c',
      pin: { secret: { deep: 'x' } },
      apiKey: 123,
      tokens: ['x'],
      hasToken: true,
      cookie: null,
      headers: { Authorization: 'y', accept: 'z' },
    };
    expect(redactValue(value)).toEqual({
      password: '[redacted]',
      pin: { secret: '[redacted]' },
      apiKey: '[redacted]',
      tokens: '[redacted]',
      hasToken: true,
      cookie: null,
      headers: { Authorization: '[redacted]', accept: 'z' },
    });
  });

  it('redacts texts and names', () => {
    expect(redactValue({ 'anna@example.com': ['line 1\nanna@example.com'] })).toEqual({
      '[email]': ['line 1\n[email]'],
    });
  });

  it.each([
    ['a getter that throws', thrower, { a: 1, b: '[unreadable]' }],
    ['a number beyond JSON', { a: 10n }, { a: '10' }],
    ['a circle', circle, { a: 1, self: '[circular]' }],
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['a date that does not exist', { at: new Date(NaN) }, { at: 'Invalid Date' }],
    ['bytes', { value: Buffer.alloc(7) }, { value: '[7 bytes]' }],
    ['an error', { e: new RangeError('at anna@example.com') }, { e: { name: 'RangeError', message: 'at [email]' } }],
    ['the same object twice', { a: [thrower], b: [] }, { a: [{ a: 1, b: '[unreadable]' }], b: [] }],
    ['what JSON has no word for', { a: undefined, f: () => 1, s: Symbol('x') }, {}],
  ])('makes %s readable', (_, value, expected) => {
    const redacted = redactValue(value);
    expect(redacted).toMatchObject(expected);
    expect(() => JSON.stringify(redacted)).not.toThrow();
  });

  it('limits depth, members and characters', () => {
    let deep: unknown = 'end';
    for (let n = 0; n < 10_000; n += 1) deep = { deep };
    expect(JSON.stringify(redactValue(deep)).length).toBeLessThan(200);
    const wide = (width: number) => Object.fromEntries(Array.from({ length: width }, (_, n) => [`m${n}`, n]));
    expect(redactValue(wide(5_000))).toMatchObject({ m0: 0, '…': '4800 more' });
    expect(redactValue(Array.from({ length: 5_000 }, (_, n) => n))).toContain('4800 more');
    const many = Array.from({ length: 150 }, () => Array.from({ length: 150 }, () => wide(150)));
    expect(JSON.stringify(redactValue(many)).length).toBeLessThan(32_768);
    expect(JSON.stringify(redactValue(Array.from({ length: 150 }, () => 'x'.repeat(2_000)))).length).toBeLessThan(
      32_768,
    );
  });
});
