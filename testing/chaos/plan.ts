import { randomNumbers } from '../load/random.ts';
import { FAULTS } from './faults/index.ts';
import type { Details } from './faults/details.ts';
import { between, type Shape } from './faults/fault.ts';

export interface Step {
  atMs: number;
  fault: string;
  details: Details;
}

const FIRST_AT_MS = 3_000;
const GAP_MS = { from: 3_000, to: 9_000 };
/** How often a fault strikes while the previous one still lasts. */
const SHARE_OF_OVERLAPS = 0.2;

/** Plans the faults with their times and targets: the same for the same arguments. No fault repeats before all have struck. */
export function planFaults({
  seed,
  minutes,
  faults,
  shape,
}: {
  seed: number;
  minutes: number;
  /** names */
  faults: string[];
  shape: Shape;
}): Step[] {
  const random = randomNumbers(seed);
  const chosen = FAULTS.filter(({ name }) => faults.includes(name));
  const lastMs = minutes * 60_000;
  const steps: Step[] = [];
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

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}
