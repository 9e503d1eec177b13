import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import fc from 'fast-check';
import { isEmailAddress } from '../channels/email/email-address.js';
import { PutContactRequest } from './contacts.requests.js';

const EMAIL = 'anna@example.com';
const URL_ = 'https://shop.example/hook';
const violationsOf = (body: object) =>
  validatorOf(PutContactRequest, { unknownMembers: 'refuse' })
    .violationsOf(body)
    .map(({ pointer, detail }) => `${pointer}: ${detail}`);
const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 0xfb).toString('base64')}`;
const isAccepted = (body: object) => violationsOf(body).length === 0;

describe('an e-mail address', () => {
  it.each([
    EMAIL,
    'a@b.co',
    'anna.b+shop@mail.example.com',
    "o'hara!#$%&*/=?^_`{|}~-@example.com",
    'anna@xn--kln-sna.example',
    `${'a'.repeat(64)}@example.com`,
    `a@${'b'.repeat(63)}.example`,
  ])('%s is accepted', (email) => {
    expect(violationsOf({ email })).toEqual([]);
  });

  it.each([
    '',
    'anna',
    '@example.com',
    'anna@',
    'anna@localhost',
    'anna@@example.com',
    '.anna@example.com',
    'anna.@example.com',
    'an..na@example.com',
    '"anna b"@example.com',
    'anna@[127.0.0.1]',
    'anna@127.0.0.1',
    'anna@-example.com',
    'anna@example-.com',
    'anna@example..com',
    'anna@exa_mple.com',
    'jürgen@example.com',
    'anna@köln.example',
    'Anna <anna@example.com>',
    'anna@example.com,ben@example.com',
    'anna@example.com\n',
    'anna@example.com\r\nBcc: ben@example.com',
    'an\u0000na@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'b.'.repeat(126)}co`,
  ])('%j is refused', (email) => {
    expect(violationsOf({ email })).toEqual([expect.stringContaining('#/email: email must')]);
  });

  it('never has a control character, a space or a second @', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.nat(16), (inserted, at) => {
        const email = EMAIL.slice(0, at) + inserted + EMAIL.slice(at);
        if (isAccepted({ email })) expect(email).toMatch(/^[!-?A-~]+@[!-?A-~]+$/);
        expect(isEmailAddress(email)).toBe(isAccepted({ email })); // mail is sent to what is accepted
      }),
    );
  });
});

describe('the URL of a webhook', () => {
  it.each([
    URL_,
    'http://localhost:9000',
    'https://shop.example',
    'https://shop.example?key=a%20b&c[]=1'.replace('[]', ''),
    'https://8.8.8.8:65535/',
    'https://10.0.0.1/',
    `https://shop.example/${'a'.repeat(2_027)}`,
  ])('%s is accepted', (webhookUrl) => {
    expect(violationsOf({ webhookUrl })).toEqual([]);
  });

  it.each([
    '',
    'shop.example',
    '//shop.example',
    'ftp://shop.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https:///hook',
    'https://user@shop.example/',
    'https://user:password@shop.example/',
    'https://shop.example/#fragment',
    'https://shop.example:0/',
    'https://shop.example:65536/',
    'https://shop.example/a b',
    'https://shop.example/\n',
    'https://shop.example\\@127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://256.1.1.1/',
    'https://[::1]/',
    'https://１２７.0.0.1/',
    'https://shop_.example/',
    `https://shop.example/${'a'.repeat(2_028)}`,
  ])('%j is refused', (webhookUrl) => {
    expect(violationsOf({ webhookUrl })).toEqual([expect.stringContaining('#/webhookUrl: webhookUrl must')]);
  });
});

describe('the secret of a webhook', () => {
  it('has 24 to 64 bytes', () => {
    const accepted = Array.from({ length: 100 }, (_, bytes) => bytes).filter((bytes) =>
      isAccepted({ webhookUrl: URL_, webhookSecret: secretOf(bytes) }),
    );
    expect(accepted).toEqual(Array.from({ length: 41 }, (_, n) => 24 + n));
  });

  it.each(['whsec_', secretOf(32).slice(6), `whsec_${'-'.repeat(44)}`, `${secretOf(32)}\n`, `WHSEC_${secretOf(32)}`])(
    '%j is refused, and not repeated',
    (webhookSecret) => {
      expect(violationsOf({ webhookUrl: URL_, webhookSecret })).toEqual([
        '#/webhookSecret: webhookSecret must be whsec_ followed by 24 to 64 bytes in base64',
      ]);
    },
  );
});

describe('a contact', () => {
  it.each([
    {},
    { email: null },
    { email: null, webhookUrl: null },
    { webhookSecret: secretOf(32) },
    { email: EMAIL, webhookSecret: secretOf(32) },
  ])('%j is refused', (body) => {
    expect(violationsOf(body)).toEqual(['#: give email, webhookUrl, or both; webhookSecret needs webhookUrl']);
  });

  it.each([
    { email: EMAIL, webhookUrl: URL_, webhookSecret: secretOf(24), events: ['ORDER_CREATED'], language: 'de' },
    { email: EMAIL, webhookUrl: null, webhookSecret: null, events: null },
  ])('%j is accepted', (body) => {
    expect(violationsOf(body)).toEqual([]);
  });

  it.each([
    { events: [] },
    { events: ['ORDER_CREATED', 'ORDER_CREATED'] },
    { events: ['INVENTORY_LOW'] },
    { events: 'ORDER_CREATED' },
    { events: [null] },
    { language: 'fr' },
    { language: null },
    { phone: '1' },
  ])('with %j is refused', (body) => {
    expect(violationsOf({ email: EMAIL, ...body })).not.toEqual([]);
  });
});
