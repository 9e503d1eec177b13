/** What a replica has handled and what has failed, within a window of time. */
export class RecentOutcomes {
  private handled: { readonly at: number; readonly events: number }[] = [];
  /** When each key has failed last, the longest ago first. */
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  countHandled(events: number): void {
    const at = this.now();
    const last = this.handled.at(-1);
    // A second's worth is one entry, so that memory stays small however much is handled.
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

  /** From 0 to 1: failed keys among them and all events that were handled. */
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
