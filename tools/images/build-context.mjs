import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Copies the files that Docker would send as build context: those on disk, except those that `.dockerignore` excludes.
 * @param {string} source
 * @param {string} target
 */
export async function copyBuildContext(source, target) {
  const isIgnored = ignoredBy(await readFile(path.join(source, '.dockerignore'), 'utf8'));
  const filter = (/** @type {string} */ file) => file === source || !isIgnored(path.relative(source, file));
  await cp(source, target, { recursive: true, verbatimSymlinks: true, filter });
}

/**
 * @param {string} text of a `.dockerignore`: the last rule that matches a path or a folder above it decides
 * @returns {(file: string) => boolean}
 */
export function ignoredBy(text) {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => ({ ignores: !line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (file) => rules.findLast(({ pattern }) => pattern.test(file))?.ignores ?? false;
}

/** @param {string} glob */
function patternOf(glob) {
  const source = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('**/', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:.*/)?');
  return new RegExp(`^${source}(?:/|$)`);
}
