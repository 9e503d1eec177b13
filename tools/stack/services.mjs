import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root, workspaceEnvironment } from './paths.mjs';
import { startGroup } from './process-group.mjs';
import { say } from './steps.mjs';
import { SERVICE_MEMORY } from './service-memory.mjs';
import { withWebhookKey } from './webhook-key.mjs';

const COLORS = [36, 33, 35];
const WAITING_NOTICE_MS = 10_000;
const REQUEST_TIMEOUT_MS = 2_000;

/** @typedef {ReturnType<typeof import('./environment.mjs').planStack>['services'][number]} PlannedService */

/**
 * Starts a built service; what it says goes to the terminal, each line with its name.
 * @param {PlannedService} service
 * @param {number} index gives its colour
 */
export function startService({ name, environment }, index) {
  const label = name.padEnd(20);
  const prefix = process.stdout.isTTY ? `\x1b[${COLORS[index % COLORS.length]}m${label}\x1b[0m |` : `${label} |`;
  const variables = { ...withWebhookKey(name, environment), LOG_FORMAT: environment.LOG_FORMAT || 'pretty' }; // it writes to us, we to people
  return startBuilt(name, variables, {
    line: (/** @type {string} */ line) => process.stdout.write(`${prefix} ${line}\n`),
  });
}

/**
 * @param {string} name of a service that is built
 * @param {NodeJS.ProcessEnv} environment
 * @param {import('./process-group.mjs').StartOptions['output']} output
 */
export const startBuilt = (name, environment, output) =>
  startGroup('node', [path.join('apps', name, 'dist/main.js')], {
    name,
    cwd: root,
    env: workspaceEnvironment({ ...SERVICE_MEMORY, ...environment }),
    output,
  });

/**
 * Waits until every service says that it is ready, however long that takes; says now and then who is missing.
 * @param {PlannedService[]} services
 * @param {AbortSignal} stopping
 */
export async function waitUntilReady(services, stopping) {
  let noticed = Date.now();
  while (!stopping.aborted) {
    const ready = await Promise.all(services.map(isReady));
    if (ready.every(Boolean)) return;
    if (Date.now() - noticed > WAITING_NOTICE_MS) {
      say(
        `not ready yet: ${services.filter((_, index) => !ready[index]).map(({ name, port }) => `${name} (${readyUrl(port)})`)}`,
      );
      noticed = Date.now();
    }
    await delay(200);
  }
}

const readyUrl = (/** @type {number} */ port) => `http://localhost:${port}/health/ready`;

/** @param {{ port: number }} service of this machine */
export async function isReady({ port }) {
  try {
    const response = await fetch(readyUrl(port), { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
