import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SOURCES = ['*.{mjs,js}', '{apps,libs,testing,tools,deploy,docs}/**/*.{ts,mjs,js}'];

/** @returns the source files of a workspace with their numbers of lines */
export function linesOfSources(root: string): Map<string, number> {
  return new Map(
    filesIn(root, SOURCES).map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length - 1]),
  );
}

/** @returns the folders of the libs with the numbers of files that they hold at one level */
export function filesOfFolders(root: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const folder of filesIn(root, ['libs/*/**/*']).map(dirname)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return counts;
}

/** @returns what is larger than `limit`, as `<path>: <size>` */
export function above(limit: number, sizes: Map<string, number>): string[] {
  return [...sizes].filter(([, size]) => size > limit).map(([path, size]) => `${path}: ${size}`);
}

/** What is installed, built or generated does not count. */
function filesIn(root: string, patterns: string[]): string[] {
  const found = globSync(patterns, { cwd: root, exclude: ['**/node_modules', '**/dist', '**/generated'] });
  return found.filter((path) => statSync(join(root, path)).isFile()).sort();
}
