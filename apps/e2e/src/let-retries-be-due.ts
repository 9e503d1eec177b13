import type { Databases } from '../../../tools/chaos/observer/database.mjs';
import type { ServiceName } from './system.js';

/** Waits between retries as long as no test runs, so that what waits for a retry waits until a test ends the wait. */
export const HOURS_BETWEEN_RETRIES = { RETRY_FIRST_DELAY_MS: '3600000', RETRY_MAX_DELAY_MS: '86400000' };

/** Ends the wait for the next retry of all that a service retries now, as if the hours had passed. */
export async function letRetriesBeDue(databases: Databases, service: ServiceName): Promise<void> {
  await databases.query(service, 'UPDATE parked_sequences SET next_attempt_at = now() WHERE next_attempt_at > now()');
}
