import { describe, expect, it } from '@jest/globals';
import { demandOf } from '../load/plan.ts';
import { planScenario } from './plan.ts';

const SIZES = { orders: 200, durationS: 2 };

describe('the plan of a scenario', () => {
  it('has the orders of the closed loop, or of the duration of the open one', () => {
    expect(planScenario({ name: 'closed', load: { connections: 64 } }, SIZES).orders).toHaveLength(200);
    expect(planScenario({ name: 'open', load: { perSecond: 300 } }, SIZES).orders).toHaveLength(600);
  });

  it('has one item in every order if it is hot, and enough of it', () => {
    const { orders, items } = planScenario({ name: 'hot', load: { connections: 64 }, isHot: true }, SIZES);
    const hot = items.at(-1);
    expect(orders.every((order) => order.items.some(({ itemId }) => itemId === hot?.itemId))).toBe(true);
    expect(demandOf(orders).get(hot?.itemId ?? '')).toBe(hot?.onHand);
  });
});
