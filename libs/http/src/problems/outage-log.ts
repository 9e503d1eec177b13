const INTERVAL_MS = 10_000;

/** Logs why requests got a 503, without a line for each of them during an outage. */
export class OutageLog {
  private silentUntil = 0;
  private unlogged = 0;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Writes the first at once, and then at most one line in ten seconds, which counts those in between. */
  add({ message }: Error): void {
    if (this.now() < this.silentUntil) {
      this.unlogged += 1;
      return;
    }
    const others = this.unlogged > 0 ? `; ${this.unlogged} more since the last such line` : '';
    this.silentUntil = this.now() + INTERVAL_MS;
    this.unlogged = 0;
    this.write(`Responded with 503: ${message}${others}`);
  }
}
