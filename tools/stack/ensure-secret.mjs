import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A secret that is made once, whole or not at all, and kept in a file that only its owner may read.
 * @param {string} file
 * @param {() => string} make
 * @returns {string} what the file holds
 */
export function ensureSecret(file, make) {
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, make(), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8');
}
