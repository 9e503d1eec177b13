import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
const sources = files.filter((file) => /\.(ts|mts|mjs|js)$/.test(file));

/** The files that a tsconfig.json names itself; what they import is checked with them, but by chance. */
function includedBy(config: string): string[] {
  const { config: json } = ts.readConfigFile(config, ts.sys.readFile) as { config: object };
  return ts.parseJsonConfigFileContent(json, ts.sys, path.dirname(config)).fileNames;
}

/** What a project's `lint` gets: its folder, unless its project.json says more. */
function lintedBy(project: string): string[] {
  const { nx, targets } = JSON.parse(readFileSync(path.join(ROOT, project), 'utf8')) as {
    nx?: { targets: Record<string, object> };
    targets?: Record<string, { command?: string }>;
  };
  const lint: { command?: string } | undefined = (targets ?? nx?.targets ?? {})['lint'];
  return lint ? [path.dirname(project), ...(lint.command ?? '').split(' ')] : [];
}

describe('npm run check', () => {
  it('checks the types of every source file', () => {
    const configs = files.filter((file) => /^[^/]+\/([^/]+\/)?tsconfig\.json$/.test(file));
    const included = new Set(configs.flatMap((file) => includedBy(path.join(ROOT, file))));
    expect(configs.length).toBeGreaterThan(15);
    expect(sources.filter((file) => !included.has(path.join(ROOT, file)))).toEqual([]);
  });

  it('lints every source file', () => {
    const projects = files.filter((file) => /^[^/]+\/([^/]+\/)?(project|package)\.json$/.test(file));
    const linted = projects.flatMap(lintedBy);
    expect(linted.length).toBeGreaterThan(15);
    expect(sources.filter((file) => !linted.some((each) => file === each || file.startsWith(`${each}/`)))).toEqual([]);
  });
});
