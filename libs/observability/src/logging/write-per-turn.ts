import type { DestinationStream } from 'pino';

/** A stream that buffers what is written. */
export interface BufferedStream extends DestinationStream {
  /** Writes the buffer at once. */
  flushSync(): void;
}

/**
 * Buffers what is written in one turn of the event loop and writes it at the end of the turn: one system call per turn, not
 * per line. The buffer is also written when the process exits. It is lost if the process ends without an `exit` event
 * (SIGKILL, an unhandled signal, out of memory), or if the destination throws.
 */
export function writePerTurn(destination: DestinationStream): BufferedStream {
  let buffered = '';
  const flushSync = () => {
    if (buffered === '') return;
    process.off('exit', flushSync);
    const text = buffered;
    buffered = '';
    try {
      destination.write(text);
    } catch {
      // An error at the end of a turn would crash the process.
    }
  };
  const write = (text: string) => {
    if (buffered === '') {
      setImmediate(flushSync);
      process.once('exit', flushSync);
    }
    buffered += text;
  };
  return { write, flushSync };
}
