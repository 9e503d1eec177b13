import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toMarkdown } from './markdown.mjs';
import { drawTimeline } from './timeline.mjs';

/**
 * @param {import('../run.mjs').ChaosResult} result
 * @param {string} folder gets `report.md`, `report.json` and `timeline.svg`
 */
export async function writeReport(result, folder) {
  await writeFile(path.join(folder, 'report.json'), JSON.stringify(result, null, 1));
  await writeFile(path.join(folder, 'timeline.svg'), drawTimeline(result));
  await writeFile(path.join(folder, 'report.md'), toMarkdown(result));
}
