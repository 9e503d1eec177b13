import { runQuietly } from '../stack/command.mjs';
import { Failure } from '../stack/failure.mjs';
import { freePort, poll } from '../stack/ports.mjs';
import { describeExit, startGroup } from '../stack/process-group.mjs';
import { inStage } from './build-image.mjs';

const READY_TIMEOUT_MS = 60_000;

/**
 * Runs what an image would run, as Docker would: until it is ready and its health check passes, then SIGTERM.
 * @param {import('./build-image.mjs').Stage} image
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ readyMs: number, stopMs: number }>}
 * @throws {Failure} when it does not get ready, is not healthy, or ends with another code than 0; its output is the `cause`
 */
export async function tryImage(image, environment) {
  const port = await freePort();
  const env = { ...environment, ...image.variables, PORT: String(port) };
  /** @type {string[]} */
  const lines = [];
  const output = { line: (/** @type {string} */ line) => lines.push(line) };
  const [command = '', ...args] = image.command ?? [];
  const started = Date.now();
  const group = startGroup(command, args, { name: 'image', cwd: inStage(image, '.'), env, output });
  try {
    const isReady = () => isOk(`http://127.0.0.1:${port}/health/ready`);
    if (!(await poll(isReady, { timeoutMs: READY_TIMEOUT_MS, alive: () => group.isAlive }))) {
      throw new Failure(`not ready: ${group.isAlive ? 'out of time' : describeExit(await group.exited)}`);
    }
    const ready = Date.now();
    const [check = '', ...checkArgs] = image.healthcheck ?? [];
    await runQuietly(check, checkArgs, { name: 'health check', env });
    const checked = Date.now();
    await group.stop();
    const exit = await group.exited;
    if (exit.code !== 0) throw new Failure(`on SIGTERM it ${describeExit(exit)}`);
    return { readyMs: ready - started, stopMs: Date.now() - checked };
  } catch (error) {
    const { message, cause } = /** @type {Error} */ (error);
    throw new Failure(message, { cause: [cause, ...lines].filter(Boolean).join('\n') });
  } finally {
    group.kill();
  }
}

/** @param {string} url */
async function isOk(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
