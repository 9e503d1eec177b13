import { authorizationOf } from '../../tools/stack/given-token.mjs';
import { readArguments, USAGE } from './arguments.ts';
import { showProgress } from './progress.ts';
import { describeResult, describeViolations } from './report.ts';
import { runLoad, type LoadOptions } from './run-load.ts';

/**
 * Puts a running system under load and verifies its guarantees: see README.md.
 * @returns the exit code; 1 if there is a violation
 */
export async function main(args: string[]): Promise<number> {
  const { help, json, ...options } = readArguments(args);
  if (!help) return run(options, json);
  console.log(USAGE);
  return 0;
}

async function run(options: LoadOptions, json: boolean): Promise<number> {
  const progress = showProgress(process.stderr);
  const result = await runLoad({
    ...options,
    headers: authorizationOf(process.env),
    onProgress: progress.update,
  }).finally(progress.end);
  console.log(json ? JSON.stringify(result, null, 2) : describeResult(result));
  if (result.violations.length === 0) return 0;
  console.error(describeViolations(result.violations));
  return 1;
}
