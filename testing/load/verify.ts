import { checkNotifications } from './check-notifications.ts';
import { checkOrders } from './check-orders.ts';
import { checkStock } from './check-stock.ts';
import { Evidence, type Violation } from './evidence.ts';
import type { Plan } from './plan.ts';
import type { Placement } from './order-book.ts';
import type { Outcome } from './read-outcome.ts';

/** Holds what the services say of a run against what its client was told: every promise that can be seen from outside. */
export function verify(plan: Plan, placements: Placement[], outcome: Outcome): Violation[] {
  const evidence = new Evidence(plan, placements, outcome);
  return [...checkOrders(evidence), ...checkStock(evidence), ...checkNotifications(evidence)];
}
