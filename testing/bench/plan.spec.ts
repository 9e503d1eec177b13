import { describe, expect, it } from '@jest/globals';
import { demandOf } from '../load/plan.ts';
import { planScenario } from './plan.ts';
import { setupsOf } from './scenarios.ts';

const SIZES = { orders: 200, warmUp: 100, durationS: 2, backlog: 500, customers: 100, shareOfOrders: 0.5 };

describe('the plan of a scenario', () => {
  it("has the contender's share of a closed loop's orders, or of the duration of the open one", () => {
    expect(planScenario({ name: 'closed', load: { connections: 64 } }, SIZES).orders).toHaveLength(100);
    expect(planScenario({ name: 'open', load: { perSecond: 300 } }, SIZES).orders).toHaveLength(600);
  });

  it('has the orders of the backlog, whatever the contender', () => {
    const backlog = { name: 'backlog', load: { connections: 64 }, isBacklog: true };
    expect(planScenario(backlog, SIZES).orders).toHaveLength(500);
  });

  it('has one item in every order if it is hot, and enough of it', () => {
    const { orders, items } = planScenario({ name: 'hot', load: { connections: 64 }, isHot: true }, SIZES);
    const hot = items.at(-1);
    expect(orders.every((order) => order.items.some(({ itemId }) => itemId === hot?.itemId))).toBe(true);
    expect(demandOf(orders).get(hot?.itemId ?? '')).toBe(hot?.onHand);
  });
});

describe('scenarios', () => {
  it('share a system if they need the same replicas and rows', () => {
    const scenario = (name: string, needs: object = {}) => ({ name, load: { connections: 1 }, ...needs });
    const setups = setupsOf([scenario('a'), scenario('b', { replicas: 2 }), scenario('c'), scenario('d', { rows: 5 })]);
    expect(setups.map(({ scenarios }) => scenarios.map(({ name }) => name).join(''))).toEqual(['ac', 'b', 'd']);
    expect(setups.map(({ replicas, rows }) => [replicas, rows])).toEqual([
      [1, 0],
      [2, 0],
      [1, 5],
    ]);
  });
});
