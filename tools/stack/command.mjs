import { Failure } from './failure.mjs';
import { describeExit, startGroup } from './process-group.mjs';

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {import('./process-group.mjs').StartOptions} [options]
 * @throws {Failure} unless it exits with 0
 */
export async function run(command, args, options) {
  const exit = await startGroup(command, args, options).exited;
  if (exit.code !== 0) throw new Failure(`"${[command, ...args].join(' ')}" ${describeExit(exit)}`);
}

/**
 * Runs a command whose output matters only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {import('./process-group.mjs').StartOptions} [options]
 * @throws {Failure} with its output as `cause`
 */
export async function runQuietly(command, args, options) {
  /** @type {string[]} */
  const lines = [];
  try {
    await run(command, args, { ...options, output: { line: (line) => lines.push(line) } });
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message, { cause: lines.join('\n') });
  }
}
