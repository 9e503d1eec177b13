const started = Date.now();

/** @param {string} text a line on the terminal, with the time since the start */
export function say(text) {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${text}\n`);
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
  say(`${what}: done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}
