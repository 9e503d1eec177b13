import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stateDir } from './paths.mjs';

const SERVICE = 'notification-service';

/**
 * The service's environment with a key for the secrets of webhooks, unless it has one: made once, and kept as long as the
 * stack's database.
 * @param {string} service
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withWebhookKey(service, environment, folder = stateDir) {
  if (service !== SERVICE || environment.WEBHOOK_ENCRYPTION_KEY || environment.WEBHOOK_ENCRYPTION_KEY_FILE) {
    return environment;
  }
  return { ...environment, WEBHOOK_ENCRYPTION_KEY_FILE: ensureKey(folder) };
}

/** @param {string} folder */
function ensureKey(folder) {
  const file = path.join(folder, 'webhook-encryption-key');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.new`, randomBytes(32).toString('base64'), { mode: 0o600 });
  renameSync(`${file}.new`, file); // whole or not at all
  return file;
}
