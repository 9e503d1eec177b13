import { describe, expect, it } from '@jest/globals';
import { redact } from './redact.js';

const inJson = (value: unknown) => JSON.parse(redact(JSON.stringify(value))) as unknown;

describe('redact', () => {
  it.each([
    [
      'a password in an address',
      'cannot reach postgres://shop:s3cr3t@db:5432/shop',
      'postgres://[redacted]@db:5432/shop',
    ],
    ['an address without a user', 'see https://db:5432/shop', 'https://db:5432/shop'],
    ['an email address', '550 <anna.b+shop@mail.example.com> is unknown', '550 <[email]> is unknown'],
    ['a webhook secret', 'signed by whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'signed by whsec_[redacted]'],
    ['credentials', 'authorization: Bearer eyJhbGciOi.J9.x-y', 'authorization: Bearer [redacted]'],
  ])('knows %s', (_, text, expected) => {
    expect(inJson({ msg: text })).toEqual({ msg: expect.stringContaining(expected) });
    expect(redact(text)).not.toMatch(/s3cr3t|anna|C2FV|eyJ/);
  });

  it('hides what a member with a telling name holds, quotes and all, and leaves the rest', () => {
    const told = {
      password: 'a"b\\c',
      webhookSecret: 'x',
      headers: { Authorization: 'y', accept: 'z' },
      customerId: 'CUST-1',
    };
    expect(inJson(told)).toEqual({
      password: '[redacted]',
      webhookSecret: '[redacted]',
      headers: { Authorization: '[redacted]', accept: 'z' },
      customerId: 'CUST-1',
    });
  });

  it('looks into JSON that stands as text in a line', () => {
    const body = JSON.stringify({ email: 'some"one\\s', apiKey: 'k-123' });
    expect(inJson({ msg: `refused: ${body}` })).toEqual({
      msg: 'refused: {"email":"[redacted]","apiKey":"[redacted]"}',
    });
  });

  it('leaves what only looks like it', () => {
    const line = JSON.stringify({ orderId: 'ORD@1', customerId: 'CUST-1', msg: 'basic stock of 5 @ 10:00' });
    expect(redact(line)).toBe(line);
  });
});
