import { randomNumbers } from '../load/random.mjs';
import { FAULTS } from './faults/index.mjs';
import { between } from './faults/fault.mjs';

/** @typedef {{ atMs: number, fault: string, details: import('./faults/fault.mjs').Details }} Step */

const FIRST_AT_MS = 3_000;
const GAP_MS = { from: 3_000, to: 9_000 };
/** So often a fault strikes while the one before it still lasts. */
const SHARE_OF_OVERLAPS = 0.2;

/**
 * When what happens to whom: the same for the same arguments. Every fault has its turn before one has its second.
 * @param {object} options
 * @param {number} options.seed
 * @param {number} options.minutes
 * @param {string[]} options.faults names
 * @param {import('./faults/fault.mjs').Shape} options.shape
 * @returns {Step[]}
 */
export function planFaults({ seed, minutes, faults, shape }) {
  const random = randomNumbers(seed);
  const chosen = FAULTS.filter(({ name }) => faults.includes(name));
  const lastMs = minutes * 60_000;
  const steps = [];
  for (let atMs = FIRST_AT_MS; chosen.length > 0;) {
    for (const fault of shuffled(chosen, random)) {
      const details = fault.draw(random, shape);
      const gapMs = between(random, GAP_MS.from, GAP_MS.to);
      const overlaps = random() < SHARE_OF_OVERLAPS;
      if (atMs + details.durationMs > lastMs) return steps;
      steps.push({ atMs, fault: fault.name, details });
      atMs += overlaps ? gapMs / 2 : details.durationMs + gapMs;
    }
  }
  return steps;
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {() => number} random
 * @returns {T[]}
 */
function shuffled(list, random) {
  const rest = [...list];
  return list.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0]);
}
