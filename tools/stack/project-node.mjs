import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { root } from './paths.mjs';

/** Comes with the packages, where there is one for the platform; `npm run` takes the machine's own before they are there. */
const PACKAGED = path.join(root, 'node_modules/.bin/node');

/** What the project's Node has and older ones have not. */
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

/**
 * @returns {string} the Node that runs the services; call it when the packages are there
 * @throws {Failure} where there is none
 */
export function projectNode() {
  if (existsSync(PACKAGED)) return PACKAGED;
  if (isNewEnough) return process.execPath;
  throw new Failure(
    `The packages bring no Node for ${process.platform}-${process.arch}, and this one is ${process.version}: ` +
      'install Node 24 or newer, and start again',
  );
}

/**
 * Runs this very script again by the project's Node, where the one that runs it is older.
 * @returns {Promise<number | undefined>} its exit code; undefined where this one is new enough: go on
 */
export async function runByProjectNode() {
  if (isNewEnough) return undefined;
  const child = spawn(projectNode(), [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
