import { randomNumbers } from '../load/random.ts';
import { FAULTS } from './faults/index.ts';
import type { Details } from './faults/details.ts';
import { between, type Fault, type Shape } from './faults/fault.ts';

export interface Step {
  atMs: number;
  fault: string;
  details: Details;
}

const FIRST_AT_MS = 3_000;
const GAP_MS = { from: 3_000, to: 9_000 };
/** How often a fault strikes while the previous one still lasts. */
const SHARE_OF_OVERLAPS = 0.2;
/** Of those that strike beside the others. */
const LASTING_FIRST_AT_MS = { from: 3_000, to: 60_000 };
const LASTING_GAP_MS = { from: 60_000, to: 180_000 };

/**
 * Plans the faults with their times and targets: the same for the same arguments. No fault repeats before all have struck, but
 * for those that strike beside the others.
 */
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
  const all = FAULTS.filter(({ name }) => faults.includes(name));
  const chosen = all.filter(({ isLasting }) => !isLasting);
  const lastMs = minutes * 60_000;
  const lasting = all.filter(({ isLasting }) => isLasting);
  return [
    ...planInTurn(chosen, { random: randomNumbers(seed), lastMs, shape }),
    ...lasting.flatMap((fault) => planBeside(fault, { random: randomNumbers(seed), lastMs, shape })),
  ];
}

interface Frame {
  random: () => number;
  /** when all must be over */
  lastMs: number;
  shape: Shape;
}

function planInTurn(chosen: readonly Fault[], { random, lastMs, shape }: Frame): Step[] {
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

/** Strikes as soon as it can where there is hardly time for it. */
function planBeside(fault: Fault, { random, lastMs, shape }: Frame): Step[] {
  const steps: Step[] = [];
  let atMs = between(random, LASTING_FIRST_AT_MS.from, LASTING_FIRST_AT_MS.to);
  for (;;) {
    const details = fault.draw(random, shape);
    if (steps.length === 0) atMs = Math.max(FIRST_AT_MS, Math.min(atMs, lastMs - details.durationMs));
    if (atMs + details.durationMs > lastMs) return steps;
    steps.push({ atMs, fault: fault.name, details });
    atMs += details.durationMs + between(random, LASTING_GAP_MS.from, LASTING_GAP_MS.to);
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}
