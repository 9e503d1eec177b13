import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const NX = fileURLToPath(new URL('node_modules/.bin/nx', ROOT));
const ROW = /^\| `([^`]+\.[a-z]+)` +\| (`.+`) +\|$/gm;

const rows = [...readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8').matchAll(ROW)].map(
  ([, file = '', projects = '']) => [file, [...projects.matchAll(/`([^`]+)`/g)].map(([, name]) => name)] as const,
);

async function affectedBy(file: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(NX, ['show', 'projects', '--affected', `--files=${file}`, '--json'], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  return JSON.parse(stdout) as string[];
}

describe('what CONTRIBUTING.md says that a change affects', () => {
  it('is of a doc, a migration, a compose file, a harness and a lib', () => {
    expect(rows.length).toBeGreaterThanOrEqual(5);
  });

  it.each(rows)(
    'is what Nx says: %s',
    async (file, projects) => {
      expect((await affectedBy(file)).sort()).toEqual([...projects].sort());
    },
    60_000,
  );
});
