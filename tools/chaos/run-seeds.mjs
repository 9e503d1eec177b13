import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kindsOf } from './report/kinds.mjs';
import { recoveryTable, table } from './report/markdown.mjs';
import { sayUnstruck } from './report/unstruck.mjs';

/** @typedef {import('./run.mjs').ChaosResult} ChaosResult */

/**
 * Runs one seed after another, and writes the table of what was found, `runs.md`, after each.
 * @template {{ seed: number, folder: string }} Options
 * @param {number} runs
 * @param {Options} options of the first
 * @param {{ run: (options: Options) => Promise<ChaosResult>, stopping: AbortSignal }} how
 * @returns {Promise<ChaosResult[]>} of those that were run before it was stopped
 */
export async function runSeeds(runs, options, { run, stopping }) {
  const results = [];
  for (let seed = options.seed; seed < options.seed + runs && !stopping.aborted; seed += 1) {
    results.push(await run({ ...options, seed, folder: path.join(options.folder, `seed-${seed}`) }));
    await writeFile(path.join(options.folder, 'runs.md'), toMarkdown(results));
  }
  return results;
}

/** @param {ChaosResult[]} results */
function toMarkdown(results) {
  const rows = results.map(({ command, seed, counts, struck, unstruck, violations, from, to }) => [
    seed,
    counts.orders,
    counts.events,
    counts.poison,
    struck.length,
    Math.round((to - from) / 1_000),
    [
      ...kindsOf(violations).map(({ name, violations: same }) => `${name} (${same.length})`),
      ...unstruck.map(sayUnstruck),
    ].join('; ') || 'none',
    `\`${command}\``,
  ]);
  const orders = results.reduce((sum, { counts }) => sum + counts.orders, 0);
  return [
    `${results.length} runs, ${orders} orders`,
    table(['seed', 'orders', 'events', 'poison', 'faults', 's', 'violations', 'to repeat'], rows),
    recoveryTable(results.flatMap(({ recoveries }) => recoveries)),
    '',
  ].join('\n\n');
}
