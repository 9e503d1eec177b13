const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** One Ctrl-C arrives twice where npm stands between the terminal and us: it passes on what we have got already. */
const SAME_KEYPRESS_MS = 500;

/**
 * Calls `stop` on the first Ctrl-C, SIGTERM or SIGHUP; a second one exits at once.
 * @param {() => void} stop
 */
export function onStopSignal(stop) {
  let stoppingSince;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppingSince === undefined) {
        stoppingSince = Date.now();
        stop();
      } else if (Date.now() - stoppingSince > SAME_KEYPRESS_MS) {
        process.exit(130);
      }
    });
  }
  // a terminal that is gone must not keep us from stopping in order
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
