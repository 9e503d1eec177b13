import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND_TIMEOUT_MS = 60_000;
/** What a developer has set for other programs. */
const FOREIGN = { NODE_ENV: 'production', PGSSLMODE: 'require', KAFKA_OPTS: '-javaagent:x', npm_config_omit: 'dev' };
/** Lets Node say that it is one of an older line. */
const OLD_NODE =
  '--import=data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})';
const STAND_INS = { java: `echo 'openjdk version "21"' >&2`, mvn: 'exit 0' };

/** The tools in a folder of their own, without any packages, on a machine with these programs in front of its others. */
function freshClone(programs: Record<string, string>): string {
  const clone = temporaryFolder();
  for (const folder of ['tools', 'deploy']) cpSync(join(ROOT, folder), join(clone, folder), { recursive: true });
  mkdirSync(join(clone, 'bin'));
  for (const [name, script] of Object.entries({ ...STAND_INS, ...programs })) {
    writeFileSync(join(clone, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return clone;
}

/** Runs one of the tools, which gets as far as the packages. */
async function run(clone: string, command: string[], variables: Record<string, string> = {}) {
  const others = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const ports = { KAFKA_PORT: String(await freePort()), POSTGRES_PORT: String(await freePort()) };
  const path = [join(clone, 'bin'), ...others].join(delimiter);
  const options = { cwd: clone, env: { ...process.env, ...variables, ...ports, PATH: path } };
  return new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, command, options, (error, _, stderr) => {
      resolve({ code: error?.code ?? 0, stderr });
    });
  });
}

/** A workspace whose only package is for development: it brings no Node. */
function addPackages(clone: string): void {
  const write = (file: string, content: object) => writeFileSync(join(clone, file), JSON.stringify(content));
  const manifest = { name: 'clone', version: '1.0.0', devDependencies: { tool: 'file:tool' } };
  mkdirSync(join(clone, 'tool'));
  write('tool/package.json', { name: 'tool', version: '1.0.0' });
  write('package.json', manifest);
  write('package-lock.json', {
    ...{ name: 'clone', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': manifest,
      tool: { version: '1.0.0', dev: true },
      'node_modules/tool': { resolved: 'tool', link: true },
    },
  });
  writeFileSync(join(clone, '.npmrc'), 'omit=dev\nupdate-notifier=false\n');
}

describe('in a fresh clone', () => {
  it.each([
    [['tools/stack/start.mjs', '--infra']],
    [['tools/test/test.mjs']],
    [['tools/harness/run.mjs', 'chaos']],
    [['tools/harness/run.mjs', 'overhead']],
  ])(
    '%j hands on nothing that was set for other programs, and what is meant',
    async (command) => {
      const clone = freshClone({ npm: 'env > npm.environment; exit 1' });
      expect((await run(clone, command, FOREIGN)).code).toBe(1);
      const names = readFileSync(join(clone, 'npm.environment'), 'utf8').match(/^\w+(?==)/gm);
      expect(names).toContain('KAFKA_PORT');
      expect(names?.filter((name) => name in FOREIGN)).toEqual([]);
    },
    COMMAND_TIMEOUT_MS,
  );

  it(
    'the packages for development are installed whatever npm is told, and one line says where they bring no Node',
    async () => {
      const clone = freshClone({});
      addPackages(clone);
      const { code, stderr } = await run(clone, [OLD_NODE, 'tools/stack/start.mjs', '--infra'], FOREIGN);
      expect(existsSync(join(clone, 'node_modules/tool/package.json'))).toBe(true);
      expect(stderr).toMatch(/^The packages bring no Node for .*: install Node 24 or newer, and start again\n$/);
      expect(code).toBe(1);
    },
    COMMAND_TIMEOUT_MS,
  );
});
