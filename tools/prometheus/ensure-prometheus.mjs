import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { run, runQuietly } from '../stack/command.mjs';
import { cacheDir } from '../stack/paths.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';

const debianDir = path.join(cacheDir, 'prometheus');

/** For whoever has to do without. */
export const HOW_TO_GET_IT = 'put prometheus and promtool on the PATH, or have apt-get and dpkg-deb to download them';

/**
 * @typedef {object} Binaries
 * @property {string} prometheus
 * @property {string} promtool
 */

/**
 * Those on the PATH, else Debian's package, downloaded once. The folder appears complete or not at all.
 * @returns {Promise<Binaries | undefined>} undefined where neither is to be had
 */
export async function ensurePrometheus() {
  if (await isOnPath()) return { prometheus: 'prometheus', promtool: 'promtool' };
  try {
    if (!existsSync(debianDir)) await download();
  } catch {
    return undefined;
  }
  const bin = path.join(debianDir, 'usr/bin');
  return { prometheus: path.join(bin, 'prometheus'), promtool: path.join(bin, 'promtool') };
}

async function isOnPath() {
  try {
    for (const name of ['prometheus', 'promtool']) await runQuietly(name, ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function download() {
  await mkdir(cacheDir, { recursive: true });
  const folder = temporaryFolder(cacheDir);
  await runQuietly('apt-get', ['download', 'prometheus'], { cwd: folder });
  const file = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? '';
  await run('dpkg-deb', ['-x', path.join(folder, file), path.join(folder, 'root')]);
  await rename(path.join(folder, 'root'), debianDir).catch((error) => {
    if (!existsSync(debianDir)) throw error; // else another process was faster
  });
}
