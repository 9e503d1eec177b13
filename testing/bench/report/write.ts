import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Measurement } from '../run-bench.ts';
import { toSvg } from './chart.ts';
import { formatNumber } from './format-number.ts';
import { toMarkdown } from './markdown.ts';
import { summarise } from './medians.ts';
import { panelsOf } from './panels.ts';

/** @returns the Markdown that it has written to `bench.md`, beside a chart in `bench.svg` and every measurement in `bench.json` */
export function writeReport(
  folder: string,
  measurements: Measurement[],
  names: { contenders: string[]; scenarios: string[] },
): string {
  const summaries = summarise(measurements, names);
  const markdown = toMarkdown(summaries);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'bench.md'), `${markdown}\n`);
  writeFileSync(path.join(folder, 'bench.svg'), `${toSvg(panelsOf(summaries), formatNumber)}\n`);
  writeFileSync(path.join(folder, 'bench.json'), `${JSON.stringify({ summaries, measurements }, null, 2)}\n`);
  return markdown;
}
