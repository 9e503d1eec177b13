import { mkdirSync } from 'node:fs';
import { readArguments, toCommand, USAGE } from './arguments.mjs';
import { FAULTS, possibleFaults } from './faults/index.mjs';
import { describeResult } from './report/text.mjs';
import { hasPassed } from './report/unstruck.mjs';
import { writeReport } from './report/write.mjs';
import { runChaos } from './run.mjs';
import { runSeeds } from './run-seeds.mjs';
import { SABOTAGES } from './sabotage/index.mjs';
import { runSabotaged } from './sabotage/run-sabotaged.mjs';
import { runSabotages } from './sabotage/run-sabotages.mjs';

const MINUTES = 3;

/**
 * @param {string[]} args
 * @param {AbortSignal} stopping
 * @returns {Promise<number>} exit code
 */
export async function main(args, stopping) {
  const given = readArguments(args);
  const { help, list, sabotage, runs, ...options } = given;
  if (help) return print(USAGE);
  if (list) return print([listOf('faults', FAULTS), listOf('sabotages', SABOTAGES)].join('\n\n'));
  mkdirSync(options.folder, { recursive: true });
  if (sabotage === 'all') return runAllSabotages({ ...options, stopping, say });
  const run = async (/** @type {typeof options} */ one) => {
    mkdirSync(one.folder, { recursive: true });
    const result = await runOne({ ...one, command: toCommand({ ...one, sabotage }), stopping, say }, sabotage);
    await writeReport(result, one.folder);
    print(describeResult(result, one.folder));
    return result;
  };
  const results = runs === 1 ? [await run(options)] : await runSeeds(runs, options, { run, stopping });
  return results.every(hasPassed) ? 0 : 1;
}

/**
 * @param {ReturnType<typeof readArguments> & { command: string, stopping: AbortSignal, say: (line: string) => void }} options
 * @param {string} [sabotage]
 */
function runOne(options, sabotage) {
  const broken = SABOTAGES.find(({ name }) => name === sabotage);
  if (broken) return runSabotaged(broken, options);
  const { minutes = MINUTES, faults = possibleFaults() } = options;
  return runChaos({ ...options, minutes, faults, wanted: options.faults });
}

/**
 * @param {Parameters<typeof runSabotages>[1]} options
 * @returns {Promise<number>} 0 where the harness named each
 */
async function runAllSabotages(options) {
  const outcomes = await runSabotages(SABOTAGES, options);
  const named = outcomes.filter(({ isNamed }) => isNamed).length;
  print(`${named} of ${SABOTAGES.length} sabotages named as what they are; table: ${options.folder}/sabotages.md`);
  return named === SABOTAGES.length ? 0 : 1;
}

/** @param {string} line */
const say = (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

/**
 * @param {string} title
 * @param {{ name: string, about: string }[]} things
 */
const listOf = (title, things) =>
  [`${title}:`, ...things.map(({ name, about }) => `  ${name.padEnd(28)}${about}`)].join('\n');

/** @param {string} text */
function print(text) {
  console.log(text);
  return 0;
}
