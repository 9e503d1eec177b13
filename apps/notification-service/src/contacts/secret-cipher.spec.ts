import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { SecretCipher } from './secret-cipher.js';

const [first, second] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')] as const;
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

it('decrypts what it has encrypted, for the same customer only', () => {
  const cipher = new SecretCipher([first]);
  const encrypted = cipher.encrypt('CUST-1', SECRET);
  expect(cipher.decrypt('CUST-1', encrypted)).toBe(SECRET);
  expect(cipher.decrypt('CUST-2', encrypted)).toBeUndefined();
  expect(encrypted.toString('latin1')).not.toContain('whsec');
});

it('never encrypts the same secret to the same bytes', () => {
  const cipher = new SecretCipher([first]);
  expect(cipher.encrypt('CUST-1', SECRET)).not.toEqual(cipher.encrypt('CUST-1', SECRET));
});

it('encrypts with the first key and decrypts with each, so that keys can be replaced', () => {
  const old = new SecretCipher([first]).encrypt('CUST-1', SECRET);
  const both = new SecretCipher([second, first]);
  expect(both.decrypt('CUST-1', old)).toBe(SECRET);
  const renewed = both.encrypt('CUST-1', SECRET);
  expect(new SecretCipher([second]).decrypt('CUST-1', renewed)).toBe(SECRET);
  expect(new SecretCipher([second]).decrypt('CUST-1', old)).toBeUndefined();
});

it('does not decrypt damaged or short bytes', () => {
  const cipher = new SecretCipher([first]);
  const encrypted = cipher.encrypt('CUST-1', SECRET);
  for (let at = 0; at < encrypted.length; at += 1) {
    const damaged = Buffer.from(encrypted);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    expect(cipher.decrypt('CUST-1', damaged)).toBeUndefined();
    expect(cipher.decrypt('CUST-1', encrypted.subarray(0, at))).toBeUndefined();
  }
});
