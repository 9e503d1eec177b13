import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { ensureSecret } from '../stack/ensure-secret.mjs';

/** @typedef {{ signingKey: import('node:crypto').JsonWebKey & { kid: string, alg: string, use: string }, secret: string }} Keys */

/**
 * The issuer's key, and the secret of its clients: made once, and kept, so that tokens outlive a restart.
 * @param {string} folder
 * @returns {Keys}
 */
export const readKeys = (folder) => JSON.parse(ensureSecret(fileIn(folder), makeKeys));

function makeKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
  return JSON.stringify({ signingKey, secret: randomBytes(32).toString('base64url') });
}

/** @param {string} folder */
export const fileIn = (folder) => path.join(folder, 'issuer.json');
