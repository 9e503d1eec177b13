import { backoffMs } from '@orderflow/concurrency';

/** With the waits between them some 9 to 18 minutes. */
const MAX_ATTEMPTS = 12;
const BACKOFF = { firstMs: 1_000, maxMs: 300_000 };

/**
 * How long to wait before a notification that has failed `attempts` times is tried again; undefined where it is not.
 * @param chance of the jitter, 0 to 1
 */
export function retryAfterMs(attempts: number, chance?: number): number | undefined {
  return attempts < MAX_ATTEMPTS ? backoffMs(attempts, BACKOFF, chance) : undefined;
}
