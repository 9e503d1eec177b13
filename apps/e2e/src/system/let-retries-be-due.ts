import type { Databases } from '../../../../testing/chaos/observer/database.ts';
import type { ServiceName } from './system.js';

/** Delays between retries that are longer than any test, so that a retry runs only when a test makes it due. */
export const HOURS_BETWEEN_RETRIES = { RETRY_FIRST_DELAY_MS: '3600000', RETRY_MAX_DELAY_MS: '86400000' };

/** Makes all current retries of a service due, as if the hours had passed. */
export async function letRetriesBeDue(databases: Databases, service: ServiceName): Promise<void> {
  await databases.query(service, 'UPDATE parked_sequences SET next_attempt_at = now() WHERE next_attempt_at > now()');
}
