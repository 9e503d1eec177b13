import { mkdirSync } from 'node:fs';
import { readArguments, toCommand, USAGE, type ChaosOptions } from './arguments.ts';
import { FAULTS, possibleFaults } from './faults/index.ts';
import { describeResult } from './report/text.ts';
import { hasPassed } from './report/unstruck.ts';
import { writeReport } from './report/write.ts';
import { runChaos } from './run.ts';
import { runSeeds } from './run-seeds.ts';
import { SABOTAGES } from './sabotage/index.ts';
import { runSabotaged } from './sabotage/run-sabotaged.ts';
import { runSabotages } from './sabotage/run-sabotages.ts';

const MINUTES = 3;

/** @returns the exit code */
export async function main(args: string[], stopping: AbortSignal): Promise<number> {
  const given = readArguments(args);
  const { help, list, sabotage, runs, ...options } = given;
  if (help) return print(USAGE);
  if (list) return print([listOf('faults', FAULTS), listOf('sabotages', SABOTAGES)].join('\n\n'));
  mkdirSync(options.folder, { recursive: true });
  if (sabotage === 'all') return runAllSabotages({ ...options, stopping, say });
  const run = async (one: typeof options) => {
    mkdirSync(one.folder, { recursive: true });
    const result = await runOne({ ...one, command: toCommand({ ...one, sabotage }), stopping, say }, sabotage);
    await writeReport(result, one.folder);
    print(describeResult(result, one.folder));
    return result;
  };
  const results = runs === 1 ? [await run(options)] : await runSeeds(runs, options, { run, stopping });
  return results.every(hasPassed) ? 0 : 1;
}

function runOne(
  options: Omit<ChaosOptions, 'help' | 'list' | 'runs' | 'sabotage'> & {
    command: string;
    stopping: AbortSignal;
    say: (line: string) => void;
  },
  sabotage?: string,
) {
  const broken = SABOTAGES.find(({ name }) => name === sabotage);
  if (broken) return runSabotaged(broken, options);
  const { minutes = MINUTES, faults = possibleFaults(options.isSecure) } = options;
  return runChaos({ ...options, minutes, faults, wanted: options.faults });
}

/** @returns 0 where the harness named each */
async function runAllSabotages(options: Parameters<typeof runSabotages>[1]): Promise<number> {
  const outcomes = await runSabotages(SABOTAGES, options);
  const named = outcomes.filter(({ isNamed }) => isNamed).length;
  print(`${named} of ${SABOTAGES.length} sabotages named as what they are; table: ${options.folder}/sabotages.md`);
  return named === SABOTAGES.length ? 0 : 1;
}

const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

const listOf = (title: string, things: readonly { name: string; about: string }[]) =>
  [`${title}:`, ...things.map(({ name, about }) => `  ${name.padEnd(28)}${about}`)].join('\n');

function print(text: string) {
  console.log(text);
  return 0;
}
