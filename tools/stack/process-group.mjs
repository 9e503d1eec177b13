import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from './failure.mjs';

/** As in the compose files: longer than a service gives itself, which is 20 s. */
export const STOP_GRACE_MS = 30_000;
const OUTPUT_GRACE_MS = 1_000;

/**
 * Reads a line that never comes while we live. When the pipe closes without one, we are gone and the group has to go:
 * $0 is the group, $1 the signal that asks it to, $2 the seconds until it is forced.
 */
const GUARD = `
read -r released && exit
kill -s "$1" -- "-$0"
while [ "$2" -gt 0 ] && kill -s 0 -- "-$0"; do sleep 1; set -- "$1" $(($2 - 1)); done
kill -s KILL -- "-$0"
`;

/** @type {Set<ProcessGroup>} */
const alive = new Set();
/** @type {Set<() => void>} */
const observers = new Set();
let closed = false;

process.on('exit', () => {
  for (const group of alive) group.kill();
});

/** @returns {ProcessGroup[]} the groups that run now, in the order of their start */
export const liveGroups = () => [...alive];

/** @param {() => void} observer called whenever a group has started or ended */
export const observeGroups = (observer) => observers.add(observer);

/**
 * Ends all that runs: first everything else, then what the rest depends on, in this order. Nothing is started any more
 * from then on, so that a step that goes on cannot overtake the shutdown.
 * @param {string[]} [last] names
 */
export async function stopGroups(last = ['kafka', 'postgres']) {
  closed = true;
  await stopAll(liveGroups().filter(({ name }) => !last.includes(name)));
  for (const name of last) await stopAll(liveGroups().filter((group) => group.name === name));
}

/** @param {ProcessGroup[]} groups */
const stopAll = (groups) => Promise.all(groups.map((group) => group.stop()));

/**
 * A child in a process group of its own, so that a Ctrl-C in the terminal reaches only us and we decide who stops when.
 * Should this process die without stopping it, however that comes, the group is ended by its guard.
 */
export class ProcessGroup {
  /**
   * @param {string} name
   * @param {import('node:child_process').ChildProcess} child
   * @param {NodeJS.Signals} stopSignal
   */
  constructor(name, child, stopSignal) {
    this.name = name;
    this.stopSignal = stopSignal;
    this.pid = child.pid;
    this.isAlive = child.pid !== undefined;
    const releaseGuard = child.pid === undefined ? () => {} : guard(child.pid, stopSignal);
    alive.add(this);
    announce();
    child.once('exit', () => this.kill()); // what it has left behind
    /** @type {Promise<Exit>} */
    this.exited = exitOf(child).then((exit) => {
      releaseGuard();
      this.isAlive = false;
      alive.delete(this);
      announce();
      return exit;
    });
  }

  /** Ends the group at once. */
  kill() {
    if (this.isAlive && this.pid !== undefined) signalGroup(this.pid, 'SIGKILL');
  }

  /** Asks the group to end and waits for it; ends it by force when that takes too long. */
  async stop() {
    if (!this.isAlive || this.pid === undefined) return;
    signalGroup(this.pid, this.stopSignal);
    const timer = setTimeout(() => this.kill(), STOP_GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }
}

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit */

/**
 * @typedef {object} StartOptions
 * @property {string} [name]
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {NodeJS.Signals} [stopSignal] what asks it to end in order
 * @property {'inherit' | { file: string } | { line: (line: string) => void }} [output] where stdout and stderr go
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {StartOptions} [options]
 * @returns {ProcessGroup}
 */
export function startGroup(command, args, options = {}) {
  const { name = command, stopSignal = 'SIGTERM', output = 'inherit', ...spawnOptions } = options;
  if (closed) throw new Failure(`${name} is not started: shutting down`);
  const sink = output === 'inherit' ? 'inherit' : 'line' in output ? 'pipe' : openLog(output.file);
  const child = spawn(command, args, { ...spawnOptions, detached: true, stdio: ['ignore', sink, sink] });
  if (typeof sink === 'number') closeSync(sink);
  if (typeof output === 'object' && 'line' in output) {
    for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', output.line);
  }
  return new ProcessGroup(name, child, stopSignal);
}

/**
 * @param {number} pid of the process that leads the group; a group that has ended meanwhile is fine
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/** @param {Exit} exit */
export const describeExit = ({ code, signal }) => (signal ? `was ended by ${signal}` : `exited with code ${code}`);

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<Exit>} code 127 where there is no such command; all that it has said is read by then, unless somebody
 * else holds its output open
 */
function exitOf(child) {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }));
    child.once('exit', (code, signal) => setTimeout(resolve, OUTPUT_GRACE_MS, { code, signal }).unref());
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function announce() {
  for (const observer of observers) observer();
}

/** @param {string} file */
function openLog(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  return openSync(file, 'a');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} stopSignal
 * @returns {() => void} sends the guard away
 */
function guard(pid, stopSignal) {
  const args = ['-c', GUARD, String(pid), stopSignal.replace('SIG', ''), String(STOP_GRACE_MS / 1000)];
  const child = spawn('sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  /** @type {import('node:net').Socket} */ (child.stdin).unref();
  return () => child.stdin.end('\n');
}
