import { setTimeout as delay } from 'node:timers/promises';
import { FAULTS } from './faults/index.ts';
import { networkFaults } from './faults/network.ts';
import { receiversFail } from './faults/receivers-fail.ts';
import { present } from '../load/present.ts';
import type { Struck } from './faults/details.ts';
import type { World } from './faults/fault.ts';
import type { Step } from './plan.ts';

/** Executes a plan; returns when every fault is over. Two faults that need the same resource take turns. */
export async function strikeAll(
  plan: Step[],
  world: World,
  { onStrike, stopping }: { onStrike: (step: Step) => void; stopping: AbortSignal },
): Promise<Struck[]> {
  const begun = Date.now();
  const struck: Struck[] = [];
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

async function strike({ fault, details }: Step, world: World, stopping: AbortSignal): Promise<Struck> {
  const from = Date.now();
  const heal = await present(
    FAULTS.find(({ name }) => name === fault),
    fault,
  ).strike(world, details);
  await delay(details.durationMs, undefined, { signal: stopping }).catch(() => {});
  await heal();
  return { fault, details, from, to: Date.now() };
}

/** Faults that start and stop processes, or change Kafka, would interfere with each other. */
const LASTING = FAULTS.filter(({ isLasting }) => isLasting);
const AT_ANY_TIME = new Set([...networkFaults, ...receiversFail, ...LASTING].map(({ name }) => name)).add('calm');

class Turns {
  last: Promise<void> = Promise.resolve();

  take(fault: string, act: () => Promise<void>) {
    if (AT_ANY_TIME.has(fault)) return act();
    const turn = this.last.then(act);
    this.last = turn.catch(() => {});
    return turn;
  }
}
