import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * @param {string} [parent]
 * @returns {string} an empty folder that is removed when this process exits
 */
export function temporaryFolder(parent = tmpdir()) {
  const folder = mkdtempSync(path.join(parent, 'orderflow-'));
  chmodSync(folder, 0o755); // for the account that Postgres runs as
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return folder;
}
