import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from '../../tools/stack/command.mjs';
import { Failure } from '../../tools/stack/failure.mjs';
import { cacheDir } from '../../tools/stack/paths.mjs';

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');

/**
 * Installs Schemathesis once, in the version of requirements.txt, into a virtual environment of its own.
 * @returns its command
 * @throws {Failure} if Python is missing, or the packages cannot be downloaded
 */
export async function ensureSchemathesis(): Promise<string> {
  const version = readFileSync(REQUIREMENTS, 'utf8').match(/^schemathesis==(.+)$/m)?.[1] ?? '';
  const folder = path.join(cacheDir, `schemathesis-${version}`);
  const marker = path.join(folder, 'complete.txt');
  if (!existsSync(marker)) await install(folder, marker);
  return path.join(folder, 'bin/schemathesis');
}

/** A virtual environment cannot be moved, so a file that is written last says that it is complete. */
async function install(folder: string, marker: string) {
  await mkdir(cacheDir, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await runQuietly('python3', ['-m', 'venv', folder]).catch(() => {
    throw new Failure('Schemathesis needs Python 3.10 or newer with venv: install python3 and python3-venv');
  });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await runQuietly(path.join(folder, 'bin/python'), pip);
  await runQuietly('cp', [REQUIREMENTS, `${marker}.new`]);
  await rename(`${marker}.new`, marker);
}
