import { backoffMs } from '@orderflow/concurrency';
import type { RetrySchedule } from './parking.options.js';

/** How long to wait after an event has failed `attempts` times; undefined when it was the last attempt. */
export function delayAfter(attempts: number, schedule: RetrySchedule, chance?: number): number | undefined {
  if (attempts >= schedule.maxAttempts) return undefined;
  return backoffMs(attempts, { firstMs: schedule.firstDelayMs, maxMs: schedule.maxDelayMs, factor: 4 }, chance);
}
