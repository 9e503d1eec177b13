import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{ signingKey: import('node:crypto').JsonWebKey & { kid: string, alg: string, use: string }, secret: string }} Keys */

/**
 * The issuer's key, and the secret of its clients: made once, and kept, so that tokens outlive a restart.
 * @param {string} folder
 * @returns {Keys}
 */
export function readKeys(folder) {
  const file = fileIn(folder);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
  const keys = { signingKey, secret: randomBytes(32).toString('base64url') };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(keys), { mode: 0o600 });
  renameSync(`${file}.new`, file); // whole or not at all
  return keys;
}

/** @param {string} folder */
export const fileIn = (folder) => path.join(folder, 'issuer.json');
