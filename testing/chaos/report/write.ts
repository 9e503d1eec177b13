import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toMarkdown } from './markdown.ts';
import { drawTimeline } from './timeline.ts';
import type { ChaosResult } from '../run.ts';

/** @param folder gets `report.md`, `report.json` and `timeline.svg` */
export async function writeReport(result: ChaosResult, folder: string) {
  await writeFile(path.join(folder, 'report.json'), JSON.stringify(result, null, 1));
  await writeFile(path.join(folder, 'timeline.svg'), drawTimeline(result));
  await writeFile(path.join(folder, 'report.md'), toMarkdown(result));
}
