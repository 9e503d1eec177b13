import { appendFileSync } from 'node:fs';

/** Adds the counts of a jest run, as one line of JSON, to the file that ORDERFLOW_TEST_RESULTS names. */
export default class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {import('@jest/reporters').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const file = process.env.ORDERFLOW_TEST_RESULTS;
    if (!file) return;
    const counts = {
      passed: results.numPassedTests,
      // a suite that cannot be loaded has no tests to count
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    appendFileSync(file, `${JSON.stringify(counts)}\n`);
  }
}
