import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { stateDir } from './paths.mjs';
import { poll } from './ports.mjs';
import { liveGroups, observeGroups, signalGroup, STOP_GRACE_MS } from './process-group.mjs';
import { startTimeOf } from './process-identity.mjs';

/**
 * @typedef {{ pid: number, startTime: string | undefined }} Identity
 * @typedef {{ supervisor: Identity, groups: (Identity & { stopSignal: NodeJS.Signals })[] }} RunningStack
 */

const FILE = path.join(stateDir, 'pids.json');

/**
 * Makes this process the one that runs this checkout's stack, until it exits; ends what a killed predecessor has left.
 * @throws {Failure} while another process does
 */
export async function claimStack() {
  mkdirSync(stateDir, { recursive: true });
  await endLeftovers();
  if (!writeIfAbsent()) throw alreadyRunning(readStack()?.supervisor);
  observeGroups(() => write());
  process.on('exit', () => rmSync(FILE, { force: true }));
}

/**
 * Ends what is left of a stack whose supervisor is gone.
 * @throws {Failure} while it is not
 */
export async function endLeftovers() {
  const stack = readStack();
  if (!stack) return;
  if (isSame(stack.supervisor)) throw alreadyRunning(stack.supervisor);
  const left = () => stack.groups.filter(isSame);
  for (const { pid, stopSignal } of left()) signalGroup(pid, stopSignal);
  const areGone = async () => left().length === 0;
  if (!(await poll(areGone, { timeoutMs: STOP_GRACE_MS }))) for (const { pid } of left()) signalGroup(pid, 'SIGKILL');
  rmSync(FILE, { force: true });
}

/** @param {Identity} [supervisor] */
function alreadyRunning(supervisor) {
  return new Failure(`This checkout's stack is running already (process ${supervisor?.pid}): stop that one first`);
}

/** @returns {RunningStack | undefined} */
function readStack() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {Identity} process_ whether it is still the process that was written down, not a later one with its id */
const isSame = ({ pid, startTime }) => startTime !== undefined && startTimeOf(pid) === startTime;

/** @returns {boolean} false where the file is there already */
function writeIfAbsent() {
  const draft = writeDraft();
  try {
    linkSync(draft, FILE);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function write() {
  renameSync(writeDraft(), FILE);
}

function writeDraft() {
  const identity = (/** @type {number} */ pid) => ({ pid, startTime: startTimeOf(pid) });
  /** @type {RunningStack} */
  const stack = {
    supervisor: identity(process.pid),
    groups: liveGroups().flatMap(({ pid, stopSignal }) =>
      pid === undefined ? [] : [{ ...identity(pid), stopSignal }],
    ),
  };
  const draft = `${FILE}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(stack));
  return draft;
}
