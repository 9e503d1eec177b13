import { describe, expect, it } from '@jest/globals';
import { redactText } from './redact-text.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

describe('redactText', () => {
  it.each([
    ['a password in an address', 'at postgres://shop:s3cr3t@db:5432/shop', 'at postgres://[redacted]@db:5432/shop'],
    ['a password with @', 'at postgres://shop:s3@cr3t@db/shop', 'at postgres://[redacted]@db/shop'],
    ['a password with /', 'at postgres://shop:s3/cr3t@db/shop', 'at postgres://[redacted]@db/shop'],
    ['an address without a user', 'see https://db:5432/shop', 'see https://db:5432/shop'],
    ['an address with @ in its path', 'http://localhost:3001/a@b', 'http://localhost:3001/a@b'],
    ['an email address', '550 <anna.b+shop@mail.example.com> is unknown', '550 <[email]> is unknown'],
    ['an email address of another script', 'to jürgen.s3cr3t@köln.example', 'to [email]'],
    ['an email address after a line break', 'line 1\nanna@example.com', 'line 1\n[email]'],
    ['a webhook secret', 'by whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'by whsec_[redacted]'],
    ['credentials', 'authorization: Bearer eyJhbGciOi.J9.x-y', 'authorization: Bearer [redacted]'],
    ['credentials after a line break', 'headers\nBearer s3cr3ts3cr3t', 'headers\nBearer [redacted]'],
    ['credentials across a line break', 'Bearer\n s3cr3ts3cr3t', 'Bearer [redacted]'],
    ['a bare JWT', `token ${JWT} is late`, 'token [redacted] is late'],
    ['a token in a query', `/x?access_token=s3cr3t&a=b`, '/x?access_token=[redacted]&a=b'],
    ['a password as a setting', 'host=db password=s3cr3t user=shop', 'host=db password=[redacted] user=shop'],
    ['a quoted setting', `password='s3 cr3t' user=shop`, `password='[redacted]' user=shop`],
    ['a header', 'cookie: sid=s3cr3t', 'cookie: [redacted]'],
    ['JSON', '{"apiKey":"s3\\"cr3t","a":1}', '{"apiKey":"[redacted]","a":1}'],
    ['a number in JSON', '{"password":53735,"a":1}', '{"password":[redacted],"a":1}'],
    ['JSON in JSON', '{"body":"{\\"password\\":\\"s3cr3t\\"}"}', '{"body":"{\\"password\\":\\"[redacted]"}'],
  ])('redacts %s', (_, text, expected) => {
    expect(redactText(text)).toBe(expected);
    expect(redactText(expected)).toBe(expected);
  });

  it('redacts a secret in JSON that is an object', () => {
    expect(redactText('{"secret":{"a":{"b":"s3cr3t"},"c":"s3cr3t"}}')).not.toContain('s3cr3t');
  });

  it.each(['ORD@1 is basic stock of 5 @ 10:00', 'Unexpected token: x in JSON', 'the bearer of it', 'a = b'])(
    'leaves %s',
    (text) => expect(redactText(text)).toBe(text),
  );

  it('cuts a long text, and appends its original length', () => {
    const cut = redactText('x'.repeat(400_000));
    expect(cut.length).toBeLessThanOrEqual(2_048);
    expect(cut).toMatch(/^x+… \(400000 characters\)$/);
    expect(redactText('x'.repeat(2_000))).toBe('x'.repeat(2_000));
  });

  it('does not leak a secret across the cut', () => {
    const secret = 'postgres://shop:s3cr3t-s3cr3t@db:5432/shop';
    for (let before = 1_900; before < 2_400; before += 1) {
      expect(redactText(`${'x '.repeat(before / 2)} ${secret}${' y'.repeat(400)}`)).not.toContain('s3cr');
    }
  });

  it.each([
    'a'.repeat(400_000),
    `${'a'.repeat(399_999)}@`,
    '://'.repeat(130_000),
    '://a:'.repeat(80_000),
    'eyJ'.repeat(130_000),
    'password'.repeat(50_000),
    '"password'.repeat(50_000),
    'password='.repeat(50_000),
    'Bearer '.repeat(60_000),
    `a@${'a.'.repeat(200_000)}`,
    '\\'.repeat(400_000),
  ])('only reads the beginning of a huge text, 200 times within a test (%#)', (text) => {
    const [first, ...others] = Array.from({ length: 200 }, () => redactText(text));
    expect(first?.length).toBeLessThanOrEqual(2_048);
    expect(new Set(others)).toEqual(new Set([first]));
  });
});
