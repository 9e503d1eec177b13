import { checkNotifications } from './check-notifications.ts';
import { checkOrders } from './check-orders.ts';
import { checkStock } from './check-stock.ts';
import { Evidence, type Violation } from './evidence.ts';
import type { Plan } from './plan.ts';
import type { Placement } from './order-book.ts';
import type { Outcome } from './read-outcome.ts';

/** Compares the services' data of a run with the client's: checks every guarantee that is visible from outside. */
export function verify(plan: Plan, placements: Placement[], outcome: Outcome): Violation[] {
  const evidence = new Evidence(plan, placements, outcome);
  return [...checkOrders(evidence), ...checkStock(evidence), ...checkNotifications(evidence)];
}
