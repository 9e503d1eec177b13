import { setTimeout as delay } from 'node:timers/promises';

/**
 * Keeps the starts of repeated work at least an interval apart, so that under load each run finds more to do. Work that
 * starts after a longer break never waits.
 */
export class Pace {
  private startedAt = Number.NEGATIVE_INFINITY;

  /** @param intervalMs 0: no pause at all */
  constructor(private readonly intervalMs: number) {}

  /** Call it when a run starts. */
  start(): void {
    this.startedAt = performance.now();
  }

  /** Call it after a run; resolves when the next one may start. */
  async pause(): Promise<void> {
    const remainingMs = this.startedAt + this.intervalMs - performance.now();
    if (remainingMs >= 1) await delay(remainingMs);
  }
}
