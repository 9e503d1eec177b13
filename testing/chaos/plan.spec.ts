import { describe, expect, it } from '@jest/globals';
import { planFaults } from './plan.ts';

const FAULTS = ['kill-order-service', 'kill-broker', 'kill-postgres', 'poison', 'duplicate'];
const MINUTES = 5;

const planOf = (seed: number, faults = FAULTS) =>
  planFaults({ seed, minutes: MINUTES, faults, shape: { replicas: 2, brokers: 3 } });

describe('planFaults', () => {
  it('plans the same faults for the same seed, and others for another', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7)).not.toEqual(planOf(8));
  });

  it('plans every fault before it repeats one, and none that would outlast the run', () => {
    const plan = planOf(1);
    expect(new Set(plan.slice(0, FAULTS.length).map(({ fault }) => fault))).toEqual(new Set(FAULTS));
    expect(plan.every(({ atMs, details }) => atMs + details.durationMs <= MINUTES * 60_000)).toBe(true);
  });

  it('plans nothing if there are no faults to choose from', () => {
    expect(planOf(1, [])).toEqual([]);
  });
});
