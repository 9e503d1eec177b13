import { setTimeout as delay } from 'node:timers/promises';
import { FAULTS } from './faults/index.mjs';
import { networkFaults } from './faults/network.mjs';

/**
 * @typedef {object} Struck A fault as it went
 * @property {string} fault
 * @property {import('./faults/fault.mjs').Details} details
 * @property {number} from ms since the epoch
 * @property {number} to when it was over
 */

/**
 * Carries out a plan; returns when every fault is over. Two that need the same thing at the same time take turns.
 * @param {import('./plan.mjs').Step[]} plan
 * @param {import('./faults/fault.mjs').World} world
 * @param {{ onStrike: (step: import('./plan.mjs').Step) => void, stopping: AbortSignal }} options
 * @returns {Promise<Struck[]>}
 */
export async function strikeAll(plan, world, { onStrike, stopping }) {
  const begun = Date.now();
  /** @type {Struck[]} */
  const struck = [];
  const turns = new Turns();
  await Promise.all(
    plan.map(async (step) => {
      await delay(Math.max(0, begun + step.atMs - Date.now()), undefined, { signal: stopping }).catch(() => {});
      await turns.take(step.fault, async () => {
        if (stopping.aborted) return;
        onStrike(step);
        struck.push(await strike(step, world, stopping));
      });
    }),
  );
  return struck;
}

/**
 * @param {import('./plan.mjs').Step} step
 * @param {import('./faults/fault.mjs').World} world
 * @param {AbortSignal} stopping
 * @returns {Promise<Struck>}
 */
async function strike({ fault, details }, world, stopping) {
  const from = Date.now();
  const heal = await FAULTS.find(({ name }) => name === fault).strike(world, details);
  await delay(details.durationMs, undefined, { signal: stopping }).catch(() => {});
  await heal();
  return { fault, details, from, to: Date.now() };
}

/** Faults that start and stop processes, or talk to Kafka, would fight over them. */
const AT_ANY_TIME = new Set([...networkFaults.map(({ name }) => name), 'calm']);

class Turns {
  constructor() {
    this.last = Promise.resolve();
  }

  /**
   * @param {string} fault
   * @param {() => Promise<void>} act
   */
  take(fault, act) {
    if (AT_ANY_TIME.has(fault)) return act();
    const turn = this.last.then(act);
    this.last = turn.catch(() => {});
    return turn;
  }
}
