import { openSync, writeSync } from 'node:fs';
import { expect } from '@jest/globals';
import { logOf } from './own-log-file.mjs';

/**
 * Jest's `setupFilesAfterEnv`: what a test file and its services write to stdout and stderr goes to a file of its own, which
 * the suite reporter shows if the test file fails. A file and not memory: it outlives a process that crashes.
 */
const testPath = expect.getState().testPath;
const folder = process.env.ORDERFLOW_OWN_LOGS;
if (testPath && folder) {
  const file = openSync(logOf(folder, testPath), 'a');
  // `process` is a copy that Jest makes for each test file; its streams are those of all, and of the reporters.
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    Object.defineProperty(process, name, { value: Object.create(process[name], { write: { value: writeTo(file) } }) });
  }
}

/** @param {number} file */
function writeTo(file) {
  return (/** @type {string | Uint8Array} */ chunk, /** @type {unknown[]} */ ...rest) => {
    writeSync(file, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
}
