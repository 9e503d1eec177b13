import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { above, filesOfFolders, linesOfSources } from './list-sizes.ts';
import { inWorkspace } from './workspace.fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_LINES = 250;
const MAX_FILES = 14;

const lines = (count: number) => '\n'.repeat(count);
const specs = (folder: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${folder}/${n}.spec.ts`, '']));

describe('source files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const sizes = linesOfSources(ROOT);
    expect(sizes.size).toBeGreaterThan(500);
    expect(above(MAX_LINES, sizes)).toEqual([]);
  });

  it('are named if they are longer, wherever they are, unless they are installed, built or generated', async () => {
    const files = {
      'apps/a/src/long.spec.ts': lines(251),
      'tools/deep/er/long.mjs': lines(251),
      'libs/b/src/full.ts': lines(250),
      'libs/b/dist/built.js': lines(251),
      'libs/b/src/generated/types.ts': lines(251),
      'libs/b/node_modules/c/long.js': lines(251),
    };
    const sizes = await inWorkspace(files, linesOfSources);
    expect(above(MAX_LINES, sizes)).toEqual(['apps/a/src/long.spec.ts: 251', 'tools/deep/er/long.mjs: 251']);
  });
});

describe('the folders of libs', () => {
  it(`hold at most ${MAX_FILES} files at one level`, () => {
    const sizes = filesOfFolders(ROOT);
    expect(sizes.size).toBeGreaterThan(50);
    expect(above(MAX_FILES, sizes)).toEqual([]);
  });

  it('are named if they hold more, specs included', async () => {
    const files = { ...specs('libs/a/src', 15), ...specs('libs/a/src/b', 14), ...specs('libs/a/dist', 15) };
    expect(above(MAX_FILES, await inWorkspace(files, filesOfFolders))).toEqual(['libs/a/src: 15']);
  });
});
