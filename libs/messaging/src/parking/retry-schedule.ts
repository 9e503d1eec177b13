import { backoffMs } from '@orderflow/batching';

export interface RetrySchedule {
  /** How often an event is tried in all before it is a dead letter. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** How long to wait after an event has failed `attempts` times; undefined when it was the last attempt. */
export function delayAfter(attempts: number, schedule: RetrySchedule, chance?: number): number | undefined {
  if (attempts >= schedule.maxAttempts) return undefined;
  return backoffMs(attempts, { firstMs: schedule.firstDelayMs, maxMs: schedule.maxDelayMs, factor: 4 }, chance);
}
