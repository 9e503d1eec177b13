import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Repeats a piece of work at an interval, and at once when woken. One run at a time: a wake-up during a run leads to another
 * run right after it. A failure is reported and does not stop the repetition; until a run succeeds, wake-ups are ignored and
 * only the interval counts.
 * It runs in the asynchronous context in which it was constructed, not in that of whoever wakes it.
 */
export class Poller {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private woken = false;
  private stopped = false;
  private failing = false;
  private lastFailure = '';
  private readonly run: () => Promise<void>;

  /** @param onFailure called for the first of several equal failures in a row */
  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly options: { readonly intervalMs: number; readonly onFailure: (error: Error) => void },
  ) {
    this.run = AsyncLocalStorage.bind(() => this.workOnce());
  }

  start(): void {
    this.schedule(this.options.intervalMs);
  }

  /** Has no effect before `start` and after `stop`. */
  wake(): void {
    this.woken = true;
    if (!this.running && this.timer && !this.failing) this.schedule(0);
  }

  /** Resolves when the current run has finished; no other follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  private schedule(inMs: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.run().finally(() => {
        this.running = undefined;
        this.schedule(this.woken ? 0 : this.options.intervalMs);
      });
    }, inMs);
  }

  private async workOnce(): Promise<void> {
    this.woken = false;
    try {
      await this.work();
      this.failing = false;
      this.lastFailure = '';
    } catch (error) {
      const { message } = error as Error;
      this.failing = true;
      this.woken = false;
      if (message !== this.lastFailure) this.options.onFailure(error as Error);
      this.lastFailure = message;
    }
  }
}
