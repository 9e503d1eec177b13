import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** What may wait for a slow reader, besides what its connection takes and what was sent last. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** How long a stream may take to send what is left when it ends. */
const END_MS = 3_000;

/** The body of one response. It is closed if its client does not read fast enough. */
export class EventStream {
  readonly body = new Readable({ read: () => undefined });
  /** What has come before the stream begins. */
  private early: Buffer[] | undefined = [];
  private earlyBytes = 0;
  private hasEnded = false;

  /** @param onSlowReader called before the connection is closed */
  constructor(
    private readonly response: ServerResponse,
    private readonly onSlowReader: () => void,
  ) {}

  /** Sends the first frames, and then what has come meanwhile. */
  begin(frames: Buffer): void {
    const early = this.early ?? [];
    this.early = undefined;
    for (const each of [frames, ...early]) this.send(each);
  }

  send(frames: Buffer): void {
    if (this.hasEnded) return;
    if (this.early) this.keep(this.early, frames);
    else if (this.body.readableLength <= MAX_BUFFERED_BYTES) this.body.push(frames);
    else this.disconnectSlowReader();
  }

  private keep(early: Buffer[], frames: Buffer): void {
    this.earlyBytes += frames.byteLength;
    if (this.earlyBytes <= MAX_BUFFERED_BYTES) early.push(frames);
    else this.disconnectSlowReader();
  }

  /** Sends what is left, and closes the connection, after three seconds in any case. */
  end(): void {
    const { socket } = this.response;
    this.response.once('finish', () => socket?.end());
    this.hasEnded = true;
    this.body.push(null);
    setTimeout(() => this.disconnect(), END_MS).unref();
  }

  /** Closes the connection, whatever it has not sent yet. */
  disconnect(): void {
    this.hasEnded = true;
    this.response.destroy();
  }

  private disconnectSlowReader(): void {
    this.onSlowReader();
    this.disconnect();
  }
}
