const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** One Ctrl-C arrives twice where npm stands between the terminal and us: it passes on what we have got already. */
const SAME_KEYPRESS_MS = 500;
const PARENT_CHECK_MS = 1_000;

/**
 * Calls `stop` on the first Ctrl-C, SIGTERM or SIGHUP, and when the npm that runs us is gone; a second signal exits at once.
 * @param {() => void} stop
 */
export function onStopSignal(stop) {
  /** @type {number | undefined} */
  let stoppingSince;
  const stopOnce = () => {
    if (stoppingSince !== undefined) return;
    stoppingSince = Date.now();
    stop();
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppingSince !== undefined && Date.now() - stoppingSince > SAME_KEYPRESS_MS) process.exit(130);
      stopOnce();
    });
  }
  if (process.env.npm_lifecycle_event) onParentGone(stopOnce);
  // a terminal that is gone must not keep us from stopping in order
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** @param {() => void} react npm may be killed, or its shell may be, which passes no signal on */
function onParentGone(react) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || react(), PARENT_CHECK_MS).unref();
}
