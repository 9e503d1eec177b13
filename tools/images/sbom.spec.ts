import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import path from 'node:path';
import { root } from '../stack/paths.mjs';

const NPM_TIMEOUT_MS = 60_000;

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly components?: readonly Component[];
}

const namesOf = (components: readonly Component[] = []): string[] =>
  components.flatMap(({ group, name, version, components }) => [
    `${group ? `${group}/` : ''}${name}@${version}`,
    ...namesOf(components),
  ]);

/** @returns name and version of each package that the lock file says is required in production (true) or in development alone */
async function locked(inProduction: boolean): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries<Record<string, unknown>>(packages)
    .filter(([location, { link }]) => location.includes('node_modules/') && !link)
    .filter(([, { dev, devOptional, optional }]) => !optional && !devOptional && !dev === inProduction)
    .map(([location, { version }]) => `${location.split('node_modules/').at(-1)}@${version}`);
}

describe('the bill of materials', () => {
  it(
    'names every package that the services require, and none that only development does',
    async () => {
      const { stdout } = await promisify(execFile)('npm', ['run', '-s', 'sbom'], { cwd: root, maxBuffer: 2 ** 26 });
      const named = namesOf(JSON.parse(stdout).components);
      expect(named).toEqual(expect.arrayContaining(await locked(true)));
      const production = new Set(await locked(true));
      const development = (await locked(false)).filter((name) => !production.has(name));
      expect(named.filter((name) => development.includes(name))).toEqual([]);
    },
    NPM_TIMEOUT_MS,
  );
});
