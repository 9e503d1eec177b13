import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../stack/paths.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { logOf } from './own-log-file.mjs';

/** Of a test file's log, the lines before its end matter. */
const LOG_LINES = 100;

/** @typedef {import('@jest/reporters').TestResult} TestResult */

/**
 * @typedef {object} FailedFile
 * @property {string} file from the workspace's root
 * @property {string[]} tests the names of those that failed; none where the file could not be loaded
 * @property {string} message as Jest shows it
 * @property {string} log what the file and its services wrote last
 *
 * @typedef {object} Suite a project's unit or integration tests, or one file of end-to-end tests
 * @property {string} target of Nx
 * @property {string} name
 * @property {number} seconds
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {FailedFile[]} failures
 */

/**
 * Appends each finished suite, as one line of JSON, to the file that ORDERFLOW_TEST_RESULTS names. Without this variable,
 * it shows the logs of the test files that failed.
 */
export default class SuiteReporter {
  constructor() {
    this.logs = temporaryFolder();
    process.env.ORDERFLOW_OWN_LOGS = this.logs;
    this.target = process.env.NX_TASK_TARGET_TARGET ?? 'test';
    /** @type {TestResult[]} */
    this.results = [];
  }

  /**
   * @param {unknown} _test
   * @param {TestResult} result
   */
  onTestResult(_test, result) {
    if (this.target === 'e2e') this.write(path.basename(result.testFilePath, '.e2e.spec.ts'), [result]);
    this.results.push(result);
    if (process.env.ORDERFLOW_TEST_RESULTS || !hasFailed(result)) return;
    const log = this.logOf(result);
    if (log) process.stderr.write(`${path.basename(result.testFilePath)} wrote:\n${log}\n`);
  }

  onRunComplete() {
    if (this.target !== 'e2e') this.write(process.env.NX_TASK_TARGET_PROJECT ?? '', this.results);
  }

  /**
   * @param {string} name
   * @param {TestResult[]} results
   */
  write(name, results) {
    const file = process.env.ORDERFLOW_TEST_RESULTS;
    if (!file) return;
    const sum = (/** @type {(result: TestResult) => number} */ count) => results.map(count).reduce((a, b) => a + b, 0);
    const starts = results.map(({ perfStats }) => perfStats.start).filter(Boolean);
    /** @type {Suite} */
    const suite = {
      target: this.target,
      name,
      seconds: (Date.now() - Math.min(Date.now(), ...starts)) / 1000,
      passed: sum(({ numPassingTests }) => numPassingTests),
      // a file that cannot be loaded has no tests to count
      failed: sum((result) => result.numFailingTests || Number(hasFailed(result))),
      skipped: sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests),
      failures: results.filter(hasFailed).map((result) => this.failureOf(result)),
    };
    appendFileSync(file, `${JSON.stringify(suite)}\n`);
  }

  /**
   * @param {TestResult} result
   * @returns {FailedFile}
   */
  failureOf(result) {
    const failed = result.testResults.filter(({ status }) => status === 'failed');
    return {
      file: path.relative(root, result.testFilePath),
      tests: failed.map(({ fullName }) => fullName),
      message: stripVTControlCharacters(result.failureMessage ?? '').trim(),
      log: this.logOf(result),
    };
  }

  /** @param {TestResult} result */
  logOf({ testFilePath, console: printed = [] }) {
    const file = logOf(this.logs, testFilePath);
    const written = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return [...written.filter(Boolean), ...printed.map(({ message }) => message)].slice(-LOG_LINES).join('\n');
  }
}

/** @param {TestResult} result */
const hasFailed = ({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError !== undefined;
