import { backoffMs } from '@orderflow/concurrency';

/** They span 9 to 18 minutes, depending on the jitter. */
const MAX_ATTEMPTS = 12;
const BACKOFF = { firstMs: 1_000, maxMs: 300_000 };

/**
 * How long to wait before a notification that has failed `attempts` times is tried again; undefined after the last attempt.
 * @param chance random number for the jitter, 0 to 1
 */
export function retryAfterMs(attempts: number, chance?: number): number | undefined {
  return attempts < MAX_ATTEMPTS ? backoffMs(attempts, BACKOFF, chance) : undefined;
}
