import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * @param {string} folder of one run of Jest
 * @param {string} testPath
 * @returns {string} the file for what a test file writes
 */
export const logOf = (folder, testPath) =>
  path.join(folder, `${createHash('sha256').update(testPath).digest('hex')}.log`);
