import { openSync, writeSync } from 'node:fs';
import { afterAll, expect } from '@jest/globals';
import { logOf } from './own-log-file.mjs';

/**
 * Jest's `setupFilesAfterEnv`: what a test file and its services write to stdout and stderr goes to a file of its own, which
 * the suite reporter shows if the test file fails. A file and not memory: it outlives a process that crashes.
 */
const testPath = expect.getState().testPath;
const folder = process.env.ORDERFLOW_OWN_LOGS;
if (testPath && folder) {
  const file = openSync(logOf(folder, testPath), 'a');
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = (/** @type {string | Uint8Array} */ chunk, /** @type {unknown[]} */ ...rest) => {
      writeSync(file, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    };
  }
  // The process may run other test files, and the reporters, after this one.
  afterAll(() => streams.forEach((stream, index) => (stream.write = writes[index])));
}
