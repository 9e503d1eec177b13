/**
 * `node tools/test/show-failures.mjs FILE`: what failed in the runs of Jest that wrote to FILE (ORDERFLOW_TEST_RESULTS), with
 * the reasons and, as the last lines, the names. It runs without any packages.
 */
import { describeFailures, describeSuite, Suites } from './suites.mjs';

const failed = new Suites(process.argv[2] ?? '').readNew().filter((suite) => suite.failed > 0);
for (const suite of failed) console.log(describeSuite(suite));
console.log(failed.length > 0 ? `\n${describeFailures(failed)}` : 'No test has failed.');
