export interface PaceOptions {
  /** The shortest time between the starts of two runs. */
  readonly leastMs: number;
  /** The longest time between them that a slow run can cause; `leastMs` unless given. */
  readonly mostMs?: number;
}

/**
 * Keeps the starts of repeated work apart, so that under load each run finds more to do. After a run it pauses for as long as
 * the run took, within the bounds: the work takes half of the time at most, and a slow machine, where a run costs more, makes
 * fewer and larger ones. Work that starts after a longer break never waits.
 */
export class Pace {
  private startedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: PaceOptions) {}

  /** Call it when a run starts. */
  start(): void {
    this.startedAt = performance.now();
  }

  /** Call it after a run; resolves when the next one may start. */
  async pause(): Promise<void> {
    const { leastMs, mostMs = leastMs } = this.options;
    const tookMs = performance.now() - this.startedAt;
    const remainingMs = Math.min(Math.max(2 * tookMs, leastMs), mostMs) - tookMs;
    if (remainingMs >= 1) await new Promise((resolve) => setTimeout(resolve, remainingMs));
  }
}
