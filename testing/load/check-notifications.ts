import type { Evidence, Violation } from './evidence.ts';
import type { Notification, Order } from './read-outcome.ts';

const ANSWERS: Record<string, string | undefined> = {
  CONFIRMED: 'INVENTORY_RESERVED',
  REJECTED: 'INVENTORY_INSUFFICIENT',
};

/** Checks that each order's customer was notified of its creation and of its decision, once each. */
export function checkNotifications(evidence: Evidence): Violation[] {
  return [
    ...evidence.orders.flatMap((order) => checkTold(evidence, order)),
    ...[...evidence.notificationsByOrder].flatMap(([orderId, told]) => checkSubject(evidence, orderId, told)),
  ];
}

function checkTold(evidence: Evidence, order: Order) {
  const told = evidence.notificationsByOrder.get(order.orderId) ?? [];
  const created = told.filter(({ type }) => type === 'ORDER_CREATED');
  const answers = told.filter(({ type }) => type === 'INVENTORY_RESERVED' || type === 'INVENTORY_INSUFFICIENT');
  const expected = ANSWERS[order.status];
  const rules = {
    'creation not notified exactly once': created.length === 1,
    // Undecided for the order service, but the customer may be notified already.
    'decision not notified exactly once': answers.length === 1 || (!expected && answers.length === 0),
    'wrong decision notified': !expected || answers.every(({ type }) => type === expected),
    'notification of another kind': told.length === created.length + answers.length,
    'notification not sent': told.every(({ status }) => status === 'SENT'),
  };
  return Object.entries(rules).flatMap(([kind, holds]) => (holds ? [] : [evidence.violationOf(kind, order)]));
}

function checkSubject({ ordersById }: Evidence, orderId: string, told: Notification[]): Violation[] {
  if (ordersById.has(orderId)) return [];
  return [{ kind: 'notification of an unknown order', orderId, story: told.map(({ type }) => type).join(', ') }];
}
