import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Repeats a piece of work: at an interval, and at once when woken. It runs once at a time; a wake-up while it runs is
 * answered by another run right after. A failure is told, and does not end the repetition; from then on nothing wakes it
 * before its interval, until a run works.
 * It runs in the asynchronous context of its maker, not of whoever woke it.
 */
export class Poller {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private woken = false;
  private stopped = false;
  private failing = false;
  private said = '';
  private readonly run: () => Promise<void>;

  /** @param onFailure told of the first of a row of equal failures */
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

  /** Resolves when the run under way is through. No other follows. */
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
      this.said = '';
    } catch (error) {
      const { message } = error as Error;
      this.failing = true;
      this.woken = false;
      if (message !== this.said) this.options.onFailure(error as Error);
      this.said = message;
    }
  }
}
