import type { WriteStream } from 'node:tty';
import type { Progress } from './run-load.ts';

const TTY_INTERVAL_MS = 200;
const LINE_INTERVAL_MS = 5_000;

/** Shows the progress of a run: one line that is updated on a terminal, otherwise a line now and then. */
export function showProgress(stream: WriteStream) {
  const [intervalMs, before, after] = stream.isTTY ? [TTY_INTERVAL_MS, '\r\x1b[K', ''] : [LINE_INTERVAL_MS, '', '\n'];
  let shownAt = stream.isTTY ? 0 : Date.now();
  return {
    update: (progress: Progress) => {
      if (Date.now() - shownAt < intervalMs) return;
      shownAt = Date.now();
      stream.write(before + sayProgress(progress) + after);
    },
    end: () => void (stream.isTTY && stream.write(before)),
  };
}

function sayProgress({
  phase,
  orders,
  answered,
  accepted,
  decided,
  retried503,
  retriedConnections,
  unknown,
}: Progress) {
  const trouble = { 'retried 503': retried503, 'refused connections': retriedConnections, unknown };
  const troubles = Object.entries(trouble).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  return [
    `${phase}: ${answered} of ${orders} answered`,
    `${accepted} accepted`,
    `${decided} decided`,
    ...troubles,
  ].join(', ');
}
