import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
const names = new Set(files.map((file) => basename(file)));
/** The changelog tells of files that are gone. */
const documents = files.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');

const namedIn = (document: string) =>
  [...readFileSync(`${ROOT}/${document}`, 'utf8').matchAll(/`([\w./-]+\.(?:ts|mjs|sql|yml))`/g)].map(
    ([, file = '']) => file,
  );

describe('the documents', () => {
  it('name source files that exist', () => {
    const named = documents.flatMap((document) => namedIn(document).map((file) => ({ document, file })));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ file }) => !names.has(basename(file)))).toEqual([]);
  });
});
