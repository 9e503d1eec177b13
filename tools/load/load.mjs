/** Puts a running system under load and verifies what it promises: see README.md. */
import { describeFailure } from '../stack/failure.mjs';
import { readArguments, USAGE } from './arguments.mjs';
import { showProgress } from './progress.mjs';
import { describeResult, describeViolations } from './report.mjs';
import { runLoad } from './run-load.mjs';

try {
  const { help, json, ...options } = readArguments(process.argv.slice(2));
  if (help) console.log(USAGE);
  else await run(options, json);
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}

/**
 * @param {import('./run-load.mjs').LoadOptions} options
 * @param {boolean} json
 */
async function run(options, json) {
  const progress = showProgress(process.stderr);
  const result = await runLoad({ ...options, onProgress: progress.update }).finally(progress.end);
  console.log(json ? JSON.stringify(result, null, 2) : describeResult(result));
  if (result.violations.length === 0) return;
  console.error(describeViolations(result.violations));
  process.exitCode = 1;
}
