import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

/**
 * @param {string} command as the user types it
 * @param {string[]} known what it takes
 * @throws {Failure} with the usage where it was given anything else, `--help` among it
 */
export function assertArguments(command, known) {
  if (process.argv.slice(2).every((argument) => known.includes(argument))) return;
  const usage = [command, ...(known.length > 0 ? ['--', ...known.map((argument) => `[${argument}]`)] : [])];
  throw new Failure(`Usage: ${usage.join(' ')}`);
}

/**
 * @template {import('node:util').ParseArgsConfig['options']} Options
 * @param {string[]} args
 * @param {Options} options as `parseArgs` wants them
 * @throws {Failure} for one that is not among them
 */
export function parseOptions(args, options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message.split('. ')[0] + '; see --help');
  }
}
