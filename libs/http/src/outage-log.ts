const INTERVAL_MS = 10_000;

/** Why requests were answered with 503: in an outage each of them would have the same to say. */
export class OutageLog {
  private silentUntil = 0;
  private untold = 0;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Writes the first at once, and then one line in ten seconds at most, which counts those between. */
  add({ message }: Error): void {
    if (this.now() < this.silentUntil) {
      this.untold += 1;
      return;
    }
    const others = this.untold > 0 ? `; ${this.untold} more since the last such line` : '';
    this.silentUntil = this.now() + INTERVAL_MS;
    this.untold = 0;
    this.write(`Answered with 503: ${message}${others}`);
  }
}
