import { describe, expect, it } from '@jest/globals';
import { planFaults } from './plan.ts';

const FAULTS = ['kill-order-service', 'kill-broker', 'kill-postgres', 'poison', 'duplicate'];
const MINUTES = 5;
const SHAPE = { replicas: 2, brokers: 3 };

const planOf = (seed: number, faults = FAULTS) => planFaults({ seed, minutes: MINUTES, faults, shape: SHAPE });

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

  it('plans one that lasts beside the others, which remain the same, and never twice at once', () => {
    const plan = planFaults({ seed: 7, minutes: 30, faults: [...FAULTS, 'issuer-away'], shape: SHAPE });
    const lasting = plan.filter(({ fault }) => fault === 'issuer-away');
    expect(plan.filter((step) => !lasting.includes(step))).toEqual(
      planFaults({ seed: 7, minutes: 30, faults: FAULTS, shape: SHAPE }),
    );
    expect(lasting.length).toBeGreaterThan(3);
    for (const [index, { atMs }] of lasting.slice(1).entries())
      expect(atMs).toBeGreaterThan((lasting[index]?.atMs ?? Infinity) + 120_000);
  });

  it('plans one that lasts as soon as it must, and not at all without time for it', () => {
    const planIn = (minutes: number) => planFaults({ seed: 7, minutes, faults: ['issuer-away'], shape: SHAPE });
    expect(planIn(2.1)).toEqual([expect.objectContaining({ atMs: expect.any(Number), fault: 'issuer-away' })]);
    expect(planIn(2)).toEqual([]);
  });

  it('plans nothing if there are no faults to choose from', () => {
    expect(planOf(1, [])).toEqual([]);
  });
});
