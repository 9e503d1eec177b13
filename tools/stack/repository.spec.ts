import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the repository', () => {
  it('has text files with LF alone in every clone, whatever core.autocrlf says', () => {
    const files = execFileSync('git', ['ls-files', '--eol'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
    const unprotected = files.filter(
      (line) => !/^i\/(lf|none|-text) +w\/\S+ +attr\/(text=auto eol=lf|-text)/.test(line),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(unprotected).toEqual([]);
  });
});
