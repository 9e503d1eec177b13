import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { readImports } from './read-imports.ts';
import { installLibs, inWorkspace } from './workspace.fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Seconds of work, beside the suites of all other projects. */
const TIMEOUT_MS = 120_000;

/** Each is found by what resolves imports: conditions of packages, `.js` for `.ts`, types in TypeScript and in JSDoc. */
const CIRCLES = {
  'libs/a/src/index.ts': "import type { B } from '@orderflow/b';\nexport type A = B;",
  'libs/b/src/index.ts': "export type { B } from './b.js';",
  'libs/b/src/b.ts': "export type B = import('@orderflow/a').A;",
  'libs/b/src/lazy.ts': "export const load = () => import('./loaded.js');",
  'libs/b/src/loaded.ts': "import type { load } from './lazy.js';\nexport type Load = typeof load;",
  'tools/x.mjs': "/** @typedef {import('./y.mjs').Y} X */\nexport {};",
  'tools/y.mjs': "/** @typedef {import('./x.mjs').X} Y */\nexport {};",
};

describe('imports', () => {
  it(
    'form no circle, inside or between projects',
    async () => {
      const { files, violations } = await readImports(ROOT, ['apps', 'libs', 'testing', 'tools', 'deploy', 'docs']);
      expect(files).toBeGreaterThan(500);
      expect(violations).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'are named if they form a circle, or if their file is not found',
    async () => {
      const gone = { 'libs/a/src/gone.ts': "import './gone-away.js';\nimport '@orderflow/gone';" };
      const { violations } = await inWorkspace({ ...CIRCLES, ...gone }, (root) => {
        installLibs(root, ['a', 'b']);
        return readImports(root, ['libs', 'tools']);
      });
      expect(violations.toSorted()).toEqual([
        'circle: libs/a/src/index.ts → libs/b/src/index.ts → libs/b/src/b.ts → libs/a/src/index.ts',
        'circle: libs/b/src/lazy.ts → libs/b/src/loaded.ts → libs/b/src/lazy.ts',
        'circle: tools/x.mjs → tools/y.mjs → tools/x.mjs',
        'not-found: libs/a/src/gone.ts → ./gone-away.js',
        'not-found: libs/a/src/gone.ts → @orderflow/gone',
      ]);
    },
    TIMEOUT_MS,
  );
});
