import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureLinks, findPostgres } from './postgres-binaries.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const COPY_TIMEOUT_MS = 60_000;

const versionOf = async (folder: string) =>
  (await promisify(execFile)(join(folder, 'native/bin/initdb'), ['--version'])).stdout;

describe('ensureLinks', () => {
  it(
    'completes a package whose install script has not run',
    async () => {
      const { initdb } = await findPostgres();
      const folder = join(temporaryFolder(), 'package');
      const isNoLink = (source: string) => !lstatSync(source).isSymbolicLink();
      cpSync(resolve(initdb, '../../..'), folder, { recursive: true, filter: isNoLink });
      await expect(versionOf(folder)).rejects.toThrow(/shared librar|Library not loaded/);
      await ensureLinks(folder);
      expect(await versionOf(folder)).toContain('PostgreSQL');
    },
    COPY_TIMEOUT_MS,
  );
});
