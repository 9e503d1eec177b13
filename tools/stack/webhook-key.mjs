import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ensureSecret } from './ensure-secret.mjs';
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
  const file = path.join(folder, 'webhook-encryption-key');
  ensureSecret(file, () => randomBytes(32).toString('base64'));
  return { ...environment, WEBHOOK_ENCRYPTION_KEY_FILE: file };
}
