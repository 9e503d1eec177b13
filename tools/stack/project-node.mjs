import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from './paths.mjs';

/** Comes with the packages; `npm run` takes the machine's own where they were not there yet. */
export const PROJECT_NODE = path.join(root, 'node_modules/.bin/node');

/** What the project's Node has and older ones have not. */
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;

/**
 * Runs this very script again by the project's Node, where the one that runs it is older.
 * @returns {Promise<number | undefined>} its exit code; undefined where this one is new enough: go on
 */
export async function runByProjectNode() {
  if (isNewEnough) return undefined;
  const child = spawn(PROJECT_NODE, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
