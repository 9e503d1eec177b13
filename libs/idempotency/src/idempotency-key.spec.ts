import { describe, expect, it } from '@jest/globals';
import { parseIdempotencyKey } from './idempotency-key.js';

describe('parseIdempotencyKey', () => {
  it.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"a \\"quoted\\" \\\\ key"', 'a "quoted" \\ key'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    ['k', 'k'],
  ])('reads %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each([
    '',
    '""',
    '"',
    '"open',
    '"a"b"',
    '"a\\b"',
    '"a", "b"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    'ä',
    'a\tb',
  ])('rejects %j', (header) => {
    expect(parseIdempotencyKey(header)).toBeUndefined();
  });
});
