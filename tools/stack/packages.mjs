import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from './command.mjs';
import { Failure } from './failure.mjs';
import { root } from './paths.mjs';
import { projectNode } from './project-node.mjs';

/**
 * @returns {Promise<boolean>} whether node_modules holds what package-lock.json says; npm keeps a copy of what it has
 * installed, written last, so an interrupted installation counts as none
 */
async function packagesAreInstalled() {
  const [wanted, installed] = await Promise.all([
    readPackages('package-lock.json'),
    readPackages('node_modules/.package-lock.json'),
  ]);
  if (!installed) return false;
  return Object.entries(wanted ?? {})
    .filter(([location]) => location.startsWith('node_modules/'))
    .every(([location, { version, resolved, optional }]) => {
      const present = installed[location];
      return present ? present.version === version && isSameLink(present.resolved, resolved) : optional === true;
    });
}

/**
 * Installs exactly what package-lock.json says, unless it is there; those for development among it, since they run the stack.
 * @param {(what: string, work: () => Promise<void>) => Promise<void>} step announces an installation
 * @throws {Failure} where it fails, or there is no Node that is new enough
 */
export async function ensurePackages(step) {
  if (!(await packagesAreInstalled())) await step('install packages', installPackages);
  projectNode();
}

async function installPackages() {
  const options = ['--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  try {
    // an installation that is cut short begins anew next time, and npm takes long to give up
    await runQuietly('npm', ['ci', ...options], { cwd: root, stopSignal: 'SIGKILL' });
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).cause}\nThe packages could not be installed: see above`);
  }
}

/**
 * The lock file may leave out where a package came from.
 * @param {string | undefined} present
 * @param {string | undefined} wanted
 */
const isSameLink = (present, wanted) => wanted === undefined || present === undefined || present === wanted;

/**
 * @param {string} file
 * @returns {Promise<Record<string, { version?: string, resolved?: string, optional?: boolean }> | undefined>}
 */
async function readPackages(file) {
  try {
    return JSON.parse(await readFile(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
