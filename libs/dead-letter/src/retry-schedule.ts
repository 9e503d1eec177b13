export interface RetrySchedule {
  /** How often an event is tried in all before it is a dead letter. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * How long to wait after an event has failed `attempts` times: exponential, with jitter from half to all of it;
 * undefined when it was the last attempt.
 * @param chance from 0 to 1
 */
export function delayAfter(attempts: number, schedule: RetrySchedule, chance: number): number | undefined {
  if (attempts >= schedule.maxAttempts) return undefined;
  const ceiling = Math.min(schedule.maxDelayMs, schedule.firstDelayMs * 4 ** (attempts - 1));
  return Math.round(ceiling * (0.5 + chance / 2));
}
