import { checkNotifications } from './check-notifications.mjs';
import { checkOrders } from './check-orders.mjs';
import { checkStock } from './check-stock.mjs';
import { Evidence } from './evidence.mjs';

/**
 * Holds what the services say of a run against what its client was told: every promise that can be seen from outside.
 * @param {import('./plan.mjs').Plan} plan
 * @param {import('./order-book.mjs').Placement[]} placements
 * @param {import('./read-outcome.mjs').Outcome} outcome
 * @returns {import('./evidence.mjs').Violation[]}
 */
export function verify(plan, placements, outcome) {
  const evidence = new Evidence(plan, placements, outcome);
  return [...checkOrders(evidence), ...checkStock(evidence), ...checkNotifications(evidence)];
}
