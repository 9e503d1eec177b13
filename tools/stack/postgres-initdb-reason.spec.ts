import { describe, expect, it } from '@jest/globals';
import { reasonOf } from './postgres-initdb-reason.mjs';

describe('reasonOf', () => {
  it.each([
    ['[STDERR] initdb: error: could not look up effective user ID 12345: user does not exist', '/etc/passwd'],
    [
      'SystemError: A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)',
      '/etc/passwd',
    ],
    ['[STDERR] initdb: error while loading shared libraries: libicuuc.so.60: cannot open', 'remove node_modules'],
    ['[STDERR] initdb: error: could not open file "/tmp/pg-password": Permission denied', 'who owns'],
  ])('says in one line what initdb said and what to do: %j', (said, remedy) => {
    const reason = reasonOf(`The files belonging to this database system\n\n${said}\n    at node:internal\n`);
    expect(reason).toContain(said.replace('[STDERR] ', ''));
    expect(reason).toContain(remedy);
    expect(reason).not.toContain('\n');
  });

  it('finds the error among other lines', () => {
    expect(reasonOf('creating …\nError: something new\n    at file.js:1\n')).toBe('Error: something new');
  });
});
