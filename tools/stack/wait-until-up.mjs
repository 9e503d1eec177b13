import { Failure } from './failure.mjs';
import { poll } from './ports.mjs';
import { describeExit } from './process-group.mjs';
import { say } from './steps.mjs';

/** A start that is well takes less. */
const FIRST_NOTICE_MS = 10_000;

/**
 * Waits for a server that was started; says every few seconds what for, and why it is not there yet.
 * @param {object} options
 * @param {string} options.what with its port
 * @param {Pick<import('./process-group.mjs').ProcessGroup, 'isAlive' | 'exited' | 'stop'>} options.group is stopped when it is given up
 * @param {() => Promise<string | undefined>} options.probe tells why the server is not up, and nothing when it is
 * @param {number} options.timeoutMs
 * @param {string} options.logFile of the server
 * @param {number} [options.noticeMs] how often it says so
 * @param {(line: string) => void} [options.tell]
 * @throws {Failure} when it exits, or is not up in time, with the last reason
 */
export async function waitUntilUp({ what, group, probe, timeoutMs, logFile, noticeMs = FIRST_NOTICE_MS, tell = say }) {
  let reason;
  let noticed = Date.now();
  const isUp = async () => {
    reason = await probe();
    if (reason !== undefined && Date.now() - noticed >= noticeMs) {
      tell(`waiting for ${what}: ${reason} (its log: ${logFile})`);
      noticed = Date.now();
    }
    return reason === undefined;
  };
  if (await poll(isUp, { timeoutMs, alive: () => group.isAlive })) return;
  const end = group.isAlive ? `is not up after ${timeoutMs / 1000} s (${reason})` : describeExit(await group.exited);
  await group.stop();
  throw new Failure(`${what} ${end}: see ${logFile}`);
}
