/**
 * @typedef {import('./order-book.mjs').Placement} Placement
 * @typedef {import('./read-outcome.mjs').Order} Order
 * @typedef {import('./read-outcome.mjs').StockItem} StockItem
 * @typedef {import('./read-outcome.mjs').Notification} Notification
 * @typedef {{ kind: string, orderId?: string, itemId?: string, story: string }} Violation
 */

/** All that is known of a run once it is over, from the client's side and from the services', ready to look up. */
export class Evidence {
  /**
   * @param {import('./plan.mjs').Plan} plan
   * @param {Placement[]} placements
   * @param {import('./read-outcome.mjs').Outcome} outcome
   */
  constructor(plan, placements, { orders, stock, notifications }) {
    this.plan = plan;
    this.placements = placements;
    this.orders = orders;
    /** @type {Map<string, StockItem>} */
    this.stock = new Map(stock.map((item) => [item.itemId, item]));
    /** @type {Map<number, Placement>} by the order's number in the run */
    this.placementsByNumber = new Map(placements.map((placement) => [placement.order.totalAmount, placement]));
    /** @type {Map<string, Order[]>} by order id: one each, if all is well */
    this.ordersById = groupBy(orders, ({ orderId }) => orderId);
    /** @type {Map<number, Order[]>} */
    this.ordersByNumber = groupBy(orders, ({ totalAmount }) => totalAmount);
    /** @type {Map<string, Notification[]>} by order id */
    this.notificationsByOrder = groupBy(notifications, ({ orderId }) => orderId);
  }

  /**
   * @param {string} kind
   * @param {Order} order
   * @param {string} [detail]
   * @returns {Violation}
   */
  violationOf(kind, order, detail) {
    const { orderId, totalAmount } = order;
    const told = this.notificationsByOrder.get(orderId) ?? [];
    const parts = [
      detail,
      sayPlacement(this.placementsByNumber.get(totalAmount)),
      `history ${order.history.map(({ status, at, reason }) => `${status} ${at}${reason ? ` (${reason})` : ''}`).join(' → ')}`,
      `notifications ${told.map(({ type, status }) => `${type} ${status}`).join(', ') || 'none'}`,
    ];
    return { kind, orderId, story: parts.filter(Boolean).join('; ') };
  }
}

/** @param {Placement | undefined} placement */
export function sayPlacement(placement) {
  if (!placement) return 'not posted by this run';
  const { order, startedAt, endedAt, attempts } = placement;
  const lines = order.items.map(({ itemId, quantity }) => `${quantity} × ${itemId}`).join(', ');
  const when = `${new Date(startedAt).toISOString()} + ${Math.round(endedAt - startedAt)} ms`;
  return `no. ${order.totalAmount} of ${order.customerId} (${lines}), posted ${when}: ${sayAttempts(attempts)}`;
}

/** @param {string[]} attempts */
function sayAttempts(attempts) {
  const runs = groupBy(attempts, (attempt) => attempt);
  return [...runs].map(([attempt, { length }]) => (length > 1 ? `${length} × ${attempt}` : attempt)).join(', ');
}

/**
 * @template Value, Key
 * @param {Iterable<Value>} values
 * @param {(value: Value) => Key} keyOf
 * @returns {Map<Key, Value[]>}
 */
export function groupBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
