/** The successes and failures of a replica within a sliding window. */
export class RecentOutcomes {
  private handled: { readonly at: number; readonly events: number }[] = [];
  /** The time of each key's last failure, oldest first. */
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  countHandled(events: number): void {
    const at = this.now();
    const last = this.handled.at(-1);
    // One entry per second bounds the memory, whatever the throughput.
    if (last && at - last.at < 1_000)
      this.handled[this.handled.length - 1] = { at: last.at, events: last.events + events };
    else if (events > 0) this.handled.push({ at, events });
    this.forgetOld();
  }

  countFailure(key: string): void {
    this.failures.delete(key);
    if (this.failures.size < MOST_KEYS) this.failures.set(key, this.now());
    this.forgetOld();
  }

  /** How many keys have failed. */
  get failedKeys(): number {
    return this.failures.size;
  }

  /** The number of failed keys divided by that of failed keys and handled events, from 0 to 1. */
  get failedShare(): number {
    const handled = this.handled.reduce((sum, { events }) => sum + events, 0);
    return this.failures.size === 0 ? 0 : this.failures.size / (this.failures.size + handled);
  }

  clear(): void {
    this.handled = [];
    this.failures.clear();
  }

  private forgetOld(): void {
    const since = this.now() - this.windowMs;
    this.handled = this.handled.filter(({ at }) => at > since);
    for (const [key, at] of this.failures) {
      if (at > since) break;
      this.failures.delete(key);
    }
  }
}

/** More of them say nothing more. */
const MOST_KEYS = 10_000;
