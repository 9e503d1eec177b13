import { setTimeout as delay } from 'node:timers/promises';
import { describeFailure } from './failure.mjs';
import { describeExit } from './process-group.mjs';
import { say } from './steps.mjs';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** Who has run for this long before it died is not taken for one that cannot start. */
const STABLE_MS = 60_000;

/**
 * Starts a process again whenever it ends, after a while that doubles each time.
 * @param {object} options
 * @param {string} options.name
 * @param {Promise<Started> | Started} options.running
 * @param {() => Promise<Started>} options.start
 * @param {AbortSignal} options.stopping ends the care
 * @typedef {{ exited: Promise<import('./process-group.mjs').Exit> }} Started
 */
export async function keepRunning({ name, running, start, stopping }) {
  let delayMs = FIRST_DELAY_MS;
  for (let life = running; ; life = startAgain()) {
    const begun = Date.now();
    const end = await endOf(name, life);
    if (stopping.aborted) return;
    if (Date.now() - begun > STABLE_MS) delayMs = FIRST_DELAY_MS;
    say(`${end}: starting it again in ${delayMs / 1000} s`);
    await delay(delayMs);
    if (stopping.aborted) return;
    delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
  }

  async function startAgain() {
    const started = await start();
    say(`${name} is started again`);
    return started;
  }
}

/**
 * @param {string} name
 * @param {Promise<Started> | Started} life
 * @returns {Promise<string>} why it has ended, or could not be started
 */
async function endOf(name, life) {
  try {
    return `${name} ${describeExit(await (await life).exited)}`;
  } catch (error) {
    return describeFailure(error);
  }
}
