import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kindsOf } from '../report/kinds.mjs';
import { table } from '../report/markdown.mjs';
import { sayUnstruck } from '../report/unstruck.mjs';
import { runSabotaged } from './run-sabotaged.mjs';

/** @typedef {{ sabotage: import('./sabotage.mjs').Sabotage, isNamed: boolean, found: string[], seconds: number }} Outcome */

/**
 * Makes one mistake after another, and writes the table of what the harness named it.
 * @param {import('./sabotage.mjs').Sabotage[]} sabotages
 * @param {Omit<import('../run.mjs').RunOptions, 'minutes' | 'faults'> & { say: (line: string) => void, stopping: AbortSignal }} options
 * @returns {Promise<Outcome[]>} of those that were run before it was stopped
 */
export async function runSabotages(sabotages, options) {
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

/**
 * @param {import('./sabotage.mjs').Sabotage} sabotage
 * @param {Parameters<typeof runSabotages>[1]} options
 * @returns {Promise<Outcome>}
 */
async function runOne(sabotage, options) {
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

/** @param {Outcome[]} outcomes */
function toTable(outcomes) {
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
