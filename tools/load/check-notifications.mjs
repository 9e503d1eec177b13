/**
 * @typedef {import('./evidence.mjs').Evidence} Evidence
 * @typedef {import('./evidence.mjs').Violation} Violation
 * @typedef {import('./read-outcome.mjs').Notification} Notification
 */

/** @type {Record<string, string | undefined>} */
const ANSWERS = { CONFIRMED: 'INVENTORY_RESERVED', REJECTED: 'INVENTORY_INSUFFICIENT' };

/**
 * Whether the customer of each order was told of its creation and its decision, once each.
 * @param {Evidence} evidence
 * @returns {Violation[]}
 */
export function checkNotifications(evidence) {
  return [
    ...evidence.orders.flatMap((order) => checkTold(evidence, order)),
    ...[...evidence.notificationsByOrder].flatMap(([orderId, told]) => checkSubject(evidence, orderId, told)),
  ];
}

/**
 * @param {Evidence} evidence
 * @param {import('./read-outcome.mjs').Order} order
 */
function checkTold(evidence, order) {
  const told = evidence.notificationsByOrder.get(order.orderId) ?? [];
  const created = told.filter(({ type }) => type === 'ORDER_CREATED');
  const answers = told.filter(({ type }) => type === 'INVENTORY_RESERVED' || type === 'INVENTORY_INSUFFICIENT');
  const expected = ANSWERS[order.status];
  const rules = {
    'creation not told exactly once': created.length === 1,
    // Undecided for the order service; the customer may know already.
    'decision not told exactly once': answers.length === 1 || (!expected && answers.length === 0),
    'decision told wrongly': !expected || answers.every(({ type }) => type === expected),
    'notification of another kind': told.length === created.length + answers.length,
    'notification not sent': told.every(({ status }) => status === 'SENT'),
  };
  return Object.entries(rules).flatMap(([kind, holds]) => (holds ? [] : [evidence.violationOf(kind, order)]));
}

/**
 * @param {Evidence} evidence
 * @param {string} orderId
 * @param {Notification[]} told
 * @returns {Violation[]}
 */
function checkSubject({ ordersById }, orderId, told) {
  if (ordersById.has(orderId)) return [];
  return [
    { kind: 'notification of an order that is not there', orderId, story: told.map(({ type }) => type).join(', ') },
  ];
}
