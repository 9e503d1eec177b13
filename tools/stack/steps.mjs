const started = Date.now();
const isTerminal = process.stdout.isTTY === true;

/** @param {string} text a line on the terminal, with the time since the start */
export function say(text) {
  process.stdout.write(`${isTerminal ? '\r\x1b[K' : ''}${timed(text)}\n`);
}

/**
 * Says what begins, does it, and says how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  say(`${what} …`);
  const begun = Date.now();
  const result = await work();
  say(`${what}: done in ${secondsSince(begun)} s`);
  return result;
}

/**
 * A step that says nothing itself: on a terminal, a clock shows that it goes on.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function quietStep(what, work) {
  const tick = () => process.stdout.write(`\r\x1b[K${timed(`${what} …`)}`);
  const clock = isTerminal ? setInterval(tick, 1_000) : undefined;
  try {
    return await step(what, work);
  } finally {
    clearInterval(clock);
  }
}

const timed = (/** @type {string} */ text) => `${secondsSince(started).padStart(6)} s  ${text}`;

/** @param {number} time */
const secondsSince = (time) => ((Date.now() - time) / 1000).toFixed(1);
