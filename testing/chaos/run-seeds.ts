import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kindsOf } from './report/kinds.ts';
import { table } from '../load/markdown-table.ts';
import { recoveryTable } from './report/markdown.ts';
import { sayUnstruck } from './report/unstruck.ts';
import type { ChaosResult } from './run.ts';

/**
 * Runs one seed after another, and writes the table of results, `runs.md`, after each.
 * @param options the options of the first run
 * @returns the results of the runs before it was stopped
 */
export async function runSeeds<Options extends { seed: number; folder: string }>(
  runs: number,
  options: Options,
  { run, stopping }: { run: (options: Options) => Promise<ChaosResult>; stopping: AbortSignal },
): Promise<ChaosResult[]> {
  const results = [];
  for (let seed = options.seed; seed < options.seed + runs && !stopping.aborted; seed += 1) {
    results.push(await run({ ...options, seed, folder: path.join(options.folder, `seed-${seed}`) }));
    await writeFile(path.join(options.folder, 'runs.md'), toMarkdown(results));
  }
  return results;
}

function toMarkdown(results: ChaosResult[]) {
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
