import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this file belongs to; each checkout has a stack of its own. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** All that the stack keeps on disk; ignored by git. */
export const stateDir = path.join(root, '.orderflow');

export const logsDir = path.join(stateDir, 'logs');

export const cacheDir = path.join(stateDir, 'cache');

/**
 * The environment of a child: `node` and the tools are those of the workspace, whatever Node this script runs on.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {NodeJS.ProcessEnv}
 */
export function workspaceEnvironment(environment = process.env) {
  return { ...environment, PATH: [path.join(root, 'node_modules/.bin'), environment.PATH].join(path.delimiter) };
}
