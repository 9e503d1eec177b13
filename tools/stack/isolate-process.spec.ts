import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

const FOREIGN = { NODE_ENV: 'production', PGSSLMODE: 'require', npm_config_omit: 'dev', KAFKA_OPTS: '-javaagent:x' };
const MODULE = new URL('isolate-process.mjs', import.meta.url).href;

/** What a program writes that isolates itself first, started with the umask of a careful shell. */
function isolated(program: string, variables: Record<string, string> = {}): string {
  const code = `import { execFileSync } from 'node:child_process';
    import { isolateProcess } from '${MODULE}';
    isolateProcess();
    process.stdout.write(${program});`;
  const args = ['-c', 'umask 077 && exec "$@"', 'sh', process.execPath, '--input-type=module', '--eval', code];
  return execFileSync('sh', args, { env: { ...process.env, ...variables }, encoding: 'utf8' });
}

describe('isolateProcess', () => {
  it.each([
    ['itself', 'Object.keys(process.env).join()'],
    ['its children', `execFileSync(process.execPath, ['--print', 'Object.keys(process.env).join()'])`],
  ])('keeps what was set for other programs from the process: %s', (_, program) => {
    const names = isolated(program, FOREIGN).trim().split(',');
    expect(names).toContain('PATH');
    expect(names.filter((name) => name in FOREIGN)).toEqual([]);
  });

  it('lets the account of Postgres read what root makes, and leaves the umask of others alone', () => {
    expect(isolated('process.umask().toString(8)')).toBe(process.getuid?.() === 0 ? '22' : '77');
  });
});
