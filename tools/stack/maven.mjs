import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from './command.mjs';
import { Failure } from './failure.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

/**
 * Downloads something by Maven once. The folder appears complete or not at all, so an interrupted download is never taken
 * for the whole and two processes may do this at the same time.
 * @param {string} what as people call it
 * @param {string} folder
 * @param {(directory: string) => string[]} argumentsFor Maven's goal that writes into this directory
 */
export async function downloadOnce(what, folder, argumentsFor) {
  if (existsSync(folder)) return;
  await mkdir(path.dirname(folder), { recursive: true });
  const download = temporaryFolder(path.dirname(folder));
  try {
    // a goal without a project leaves its markers where it runs
    await runQuietly('mvn', ['-q', '-B', ...argumentsFor(download)], { cwd: download });
  } catch (error) {
    const { cause, message } = /** @type {Failure} */ (error);
    const reason = String(cause).match(/^.*ERROR.*$/m)?.[0] ?? message;
    throw new Failure(`${what} could not be downloaded: check the network and Maven's settings (${reason})`);
  }
  await rename(download, folder).catch((error) => {
    if (!existsSync(folder)) throw error;
  });
}
