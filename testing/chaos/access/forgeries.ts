import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { es256, tokenOf } from '../../load/sign-token.ts';
import type { Issuer } from './issuer.ts';
import { claimsOf } from './tokens.ts';

const HOUR = 3_600;
/** So long ago that a replica's clock that is two hours slow is no reason to admit it. */
const LONG_AGO = 10 * HOUR;

/**
 * Tokens that must not be accepted, in all but one thing like the one given.
 * @returns by what is wrong; undefined stands for no token
 */
export function forgeries({ signingKey }: Pick<Issuer, 'signingKey'>, token: string) {
  const own = createPrivateKey({ key: signingKey, format: 'jwk' });
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const header = { alg: 'ES256', typ: 'at+jwt', kid: signingKey.kid };
  const claims = claimsOf(token);
  const now = Math.floor(Date.now() / 1_000);
  const publicKey = createPublicKey(own).export({ format: 'pem', type: 'spki' });
  const hmac = (content: string) => createHmac('sha256', publicKey).update(content).digest();
  return {
    'no token': undefined,
    expired: tokenOf(header, { ...claims, iat: now - LONG_AGO - HOUR, exp: now - LONG_AGO }, es256(own)),
    'of another issuer': tokenOf(header, { ...claims, iss: 'https://issuer.example/' }, es256(own)),
    'for another audience': tokenOf(header, { ...claims, aud: 'urn:another:api' }, es256(own)),
    'signed by another key': tokenOf(header, claims, es256(foreign)),
    'of an unknown key': tokenOf({ ...header, kid: 'unknown' }, claims, es256(foreign)),
    'an ID token': tokenOf({ ...header, typ: 'JWT' }, claims, es256(own)),
    'alg none': tokenOf({ ...header, alg: 'none' }, claims, () => Buffer.of()),
    'HS256 with the public key': tokenOf({ ...header, alg: 'HS256' }, claims, hmac),
    'changed claims': changed(token, { scope: 'operations:write' }),
  };
}

/** The claims of a token are others, and its signature is what it was. */
function changed(token: string, claims: object) {
  const [header, , signature] = token.split('.');
  const all = JSON.stringify({ ...claimsOf(token), ...claims });
  return `${header}.${Buffer.from(all).toString('base64url')}.${signature}`;
}
