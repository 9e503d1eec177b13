import { mkdirSync } from 'node:fs';
import { readArguments, USAGE } from './arguments.mjs';
import { FAULTS } from './faults/index.mjs';
import { describeResult } from './report/text.mjs';
import { writeReport } from './report/write.mjs';
import { runChaos } from './run.mjs';

const MINUTES = 3;

/**
 * @param {string[]} args
 * @param {AbortSignal} stopping
 * @returns {Promise<number>} exit code
 */
export async function main(args, stopping) {
  const options = readArguments(args);
  if (options.help) return print(USAGE);
  if (options.list) return print(FAULTS.map(({ name, about }) => `${name.padEnd(28)}${about}`).join('\n'));
  mkdirSync(options.folder, { recursive: true });
  const faults = options.faults ?? FAULTS.map(({ name }) => name);
  const result = await runChaos({ ...options, minutes: options.minutes ?? MINUTES, faults, stopping, say });
  await writeReport(result, options.folder);
  console.log(describeResult(result, options.folder));
  return result.violations.length > 0 ? 1 : 0;
}

/** @param {string} line */
const say = (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

/** @param {string} text */
function print(text) {
  console.log(text);
  return 0;
}
