import { writeSync } from 'node:fs';

/** In characters: how much waits at most for a reader that is too slow. */
const MAX_WAITING = 1024 * 1024;
const RETRY_MS = 10;
/** How long a process that exits waits for the reader. */
const LAST_WORDS_MS = 1_000;
const NOTHING = Buffer.alloc(0);

/** Writes some of the bytes and returns how many; throws EAGAIN where it would have to wait. */
type WriteSome = (bytes: Uint8Array) => number;

/**
 * Writes the lines of one turn of the event loop together at its end: one system call per turn, not per line. Never waits
 * for the reader of a pipe: what a full one does not take is tried again every 10 ms, up to about 1 MiB waits, and lines beyond that
 * are dropped. Lines are lost if the output is broken, such as a pipe whose reader has exited.
 *
 * When the process exits, it waits up to a second for the reader. What waits is lost if the process ends without an `exit`
 * event (SIGKILL, an unhandled signal, out of memory).
 */
export class LineOutput {
  private lines = '';
  /** Given to the output before, but not taken by it yet. */
  private rest: Uint8Array = NOTHING;
  private dropped = 0;
  private isScheduled = false;
  private readonly atExit = () => this.sayLastWords();

  /**
   * @param writeSome to another place than standard output
   * @param onDropped called when everything is written again, with the number of lines that were dropped
   */
  constructor(
    private readonly onDropped: (lines: number) => void = () => undefined,
    private readonly writeSome: WriteSome = toStandardOutput(),
  ) {}

  write(line: string): void {
    if (!this.hasRoomFor(line)) this.flush(); // many lines in one turn are no slow reader
    if (!this.hasRoomFor(line)) {
      this.dropped += 1;
      return;
    }
    this.lines += line;
    if (this.isScheduled) return;
    this.isScheduled = true;
    process.once('exit', this.atExit);
    setImmediate(() => this.flushScheduled());
  }

  /** Writes at once what the output takes. */
  flush(): void {
    this.rest = this.writeAll(this.rest);
    if (this.rest.length > 0) return;
    this.rest = this.writeAll(Buffer.from(this.lines));
    this.lines = '';
  }

  private hasRoomFor(line: string): boolean {
    return this.lines.length + this.rest.length + line.length <= MAX_WAITING;
  }

  private flushScheduled(): void {
    this.flush();
    if (this.rest.length > 0) {
      setTimeout(() => this.flushScheduled(), RETRY_MS).unref();
      return;
    }
    this.isScheduled = false;
    process.off('exit', this.atExit);
    if (this.dropped > 0) this.onDropped(this.takeDropped());
  }

  private takeDropped(): number {
    const { dropped } = this;
    this.dropped = 0;
    return dropped;
  }

  /** @returns what the output does not take now */
  private writeAll(bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    try {
      while (rest.length > 0) rest = rest.subarray(this.writeSome(rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return rest;
    }
    return NOTHING;
  }

  private sayLastWords(): void {
    if (this.dropped > 0) this.onDropped(this.takeDropped());
    const deadline = performance.now() + LAST_WORDS_MS;
    for (this.flush(); this.rest.length > 0 && performance.now() < deadline; this.flush()) waitBlocking(RETRY_MS);
  }
}

function toStandardOutput(): WriteSome {
  void process.stdout; // Node makes a pipe non-blocking when it opens the stream
  return (bytes) => writeSync(1, bytes);
}

function waitBlocking(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
