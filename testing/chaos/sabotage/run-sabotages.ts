import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kindsOf } from '../report/kinds.ts';
import { table } from '../../load/markdown-table.ts';
import { sayUnstruck } from '../report/unstruck.ts';
import { runSabotaged } from './run-sabotaged.ts';
import type { Sabotage } from './sabotage.ts';
import type { RunOptions } from '../run.ts';

export interface Outcome {
  sabotage: Sabotage;
  isNamed: boolean;
  found: string[];
  seconds: number;
}

/**
 * Makes one mistake after another, and writes the table of what the harness named it.
 * @returns of those that were run before it was stopped
 */
export async function runSabotages(
  sabotages: Sabotage[],
  options: Omit<RunOptions, 'minutes' | 'faults'> & { say: (line: string) => void; stopping: AbortSignal },
): Promise<Outcome[]> {
  const outcomes = [];
  for (const sabotage of sabotages) {
    if (options.stopping.aborted) break;
    const outcome = await runOne(sabotage, options);
    outcomes.push(outcome);
    options.say(
      `${sabotage.name}: ${outcome.isNamed ? 'named' : 'NOT NAMED'}: ${outcome.found.join('; ') || 'nothing found'}`,
    );
    await writeFile(path.join(options.folder, 'sabotages.md'), toTable(outcomes));
  }
  return outcomes;
}

async function runOne(sabotage: Sabotage, options: Parameters<typeof runSabotages>[1]): Promise<Outcome> {
  const begun = Date.now();
  const folder = path.join(options.folder, sabotage.name);
  await mkdir(folder, { recursive: true });
  const { violations, unstruck } = await runSabotaged(sabotage, { ...options, folder });
  await rm(path.join(folder, 'data'), { recursive: true, force: true });
  return {
    sabotage,
    isNamed: violations.some(({ check }) => check === sabotage.named),
    found: [
      ...kindsOf(violations).map(({ name, violations: same }) => `${name} (${same.length})`),
      ...unstruck.map(sayUnstruck),
    ],
    seconds: Math.round((Date.now() - begun) / 1_000),
  };
}

function toTable(outcomes: Outcome[]) {
  const rows = outcomes.map(({ sabotage: { name, about, faults, named }, isNamed, found, seconds }) => [
    `\`${name}\``,
    about,
    faults.join(', ') || '–',
    `${isNamed ? '' : '**not named:** '}\`${named}\``,
    found.join('; ') || 'nothing',
    seconds,
  ]);
  return `${table(['sabotage', 'the mistake', 'faults', 'named by', 'all that was found', 's'], rows)}\n`;
}
