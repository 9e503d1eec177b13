import type { DestinationStream } from 'pino';

/** What gathers text, and passes it on. */
export interface GatheringStream extends DestinationStream {
  /** Passes on what is gathered, now. */
  flushSync(): void;
}

/**
 * Passes what is written in one turn of the event loop on in one piece, at the end of the turn: a system call for the
 * turn, not for the line. What is gathered when the process exits is passed on then. What ends it without an `exit`
 * (SIGKILL, a signal that nothing handles, no memory left) takes the lines of the turn with it, and so does a destination
 * that throws: nobody is there whom that would help.
 */
export function writePerTurn(destination: DestinationStream): GatheringStream {
  let gathered = '';
  const flushSync = () => {
    if (gathered === '') return;
    process.off('exit', flushSync);
    const text = gathered;
    gathered = '';
    try {
      destination.write(text);
    } catch {
      // Thrown at the end of a turn it would end the process.
    }
  };
  const write = (text: string) => {
    if (gathered === '') {
      setImmediate(flushSync);
      process.once('exit', flushSync);
    }
    gathered += text;
  };
  return { write, flushSync };
}
