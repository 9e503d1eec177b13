import { demandOf, planRun, type Plan } from '../load/plan.ts';
import type { Scenario } from './scenarios.ts';

export interface Sizes {
  /** of a closed loop */
  orders: number;
  /** before the first scenario, until the code is compiled and the pools are full */
  warmUp: number;
  /** of a backlog */
  backlog: number;
  /** of an open loop */
  durationS: number;
  /** how many different ones order */
  customers: number;
}

/** @returns the orders of the load harness: the same for the same count but for the ids */
export function planScenario({ load, isHot, isBacklog }: Scenario, sizes: Sizes & { shareOfOrders: number }): Plan {
  const ofClosedLoop = Math.ceil(sizes.orders * sizes.shareOfOrders);
  const orders = isBacklog ? sizes.backlog : 'perSecond' in load ? load.perSecond * sizes.durationS : ofClosedLoop;
  const plan = planRun({ orders, customers: sizes.customers });
  return isHot ? withHotItem(plan) : plan;
}

/** One item takes the place of each order's first one. There is enough of it: only the row is fought over. */
export function withHotItem(plan: Plan): Plan {
  const hot = { itemId: `LOAD-${plan.runId}-EVERYONE`, name: 'Load: hot', onHand: 0 };
  const orders = plan.orders.map((order) => ({
    ...order,
    items: order.items.map((line, index) => (index === 0 ? { ...line, itemId: hot.itemId } : line)),
  }));
  const onHand = demandOf(orders).get(hot.itemId) ?? 0;
  return { ...plan, orders, items: [...plan.items, { ...hot, onHand }] };
}
