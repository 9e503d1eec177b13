import { expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { compactVerify, importJWK, jwtVerify, SignJWT } from 'jose';
import { forgeries } from './forgeries.ts';

it('are wrong in one thing each', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = { ...privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' };
  const key = await importJWK({ ...createPublicKey(privateKey).export({ format: 'jwk' }), alg: 'ES256' });
  const [issuer, audience] = ['http://localhost:1', 'a'];
  const token = await new SignJWT({ sub: 'staff', scope: 'orders:read' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey);
  const { 'no token': none, ...forged } = forgeries({ signingKey }, token);
  expect(none).toBeUndefined();
  const reasonOf = (one: string) =>
    jwtVerify(one, key, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] }).then(
      () => 'accepted',
      ({ code, claim }: { code: string; claim?: string }) => claim ?? code,
    );
  const isSigned = (one: string) =>
    compactVerify(one, key).then(
      () => true,
      () => false,
    );
  expect(await reasonOf(token)).toBe('accepted');
  const found = await Promise.all(
    Object.entries(forged).map(async ([what, one]) => [what, [await reasonOf(one), await isSigned(one)]]),
  );
  expect(Object.fromEntries(found)).toEqual({
    expired: ['exp', true],
    'of another issuer': ['iss', true],
    'for another audience': ['aud', true],
    'signed by another key': ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', false],
    'of an unknown key': ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', false],
    'an ID token': ['typ', true],
    'alg none': ['ERR_JOSE_ALG_NOT_ALLOWED', false],
    'HS256 with the public key': ['ERR_JOSE_ALG_NOT_ALLOWED', false],
    'changed claims': ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', false],
  });
});
