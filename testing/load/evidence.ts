import type { Placement } from './order-book.ts';
import type { Order, StockItem, Notification, Outcome } from './read-outcome.ts';
import type { Plan } from './plan.ts';

export interface Violation {
  kind: string;
  orderId?: string;
  itemId?: string;
  story: string;
}

/** All data of a finished run, from the client and from the services, indexed for the checks. */
export class Evidence {
  plan: Plan;
  placements: Placement[];
  orders: Order[];
  stock: Map<string, StockItem>;
  /** by the order's number in the run */
  placementsByNumber: Map<number, Placement>;
  /** by order id: one each, if all is well */
  ordersById: Map<string, Order[]>;
  ordersByNumber: Map<number, Order[]>;
  /** by order id */
  notificationsByOrder: Map<string, Notification[]>;

  constructor(plan: Plan, placements: Placement[], { orders, stock, notifications }: Outcome) {
    this.plan = plan;
    this.placements = placements;
    this.orders = orders;
    this.stock = new Map(stock.map((item) => [item.itemId, item]));
    this.placementsByNumber = new Map(placements.map((placement) => [placement.order.totalAmount, placement]));
    this.ordersById = groupBy(orders, ({ orderId }) => orderId);
    this.ordersByNumber = groupBy(orders, ({ totalAmount }) => totalAmount);
    this.notificationsByOrder = groupBy(notifications, ({ orderId }) => orderId);
  }

  violationOf(kind: string, order: Order, detail?: string): Violation {
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

export function sayPlacement(placement: Placement | undefined) {
  if (!placement) return 'not posted by this run';
  const { order, startedAt, endedAt, attempts } = placement;
  const lines = order.items.map(({ itemId, quantity }) => `${quantity} × ${itemId}`).join(', ');
  const when = `${new Date(startedAt).toISOString()} + ${Math.round(endedAt - startedAt)} ms`;
  return `no. ${order.totalAmount} of ${order.customerId} (${lines}), posted ${when}: ${sayAttempts(attempts)}`;
}

function sayAttempts(attempts: string[]) {
  const runs = groupBy(attempts, (attempt) => attempt);
  return [...runs].map(([attempt, { length }]) => (length > 1 ? `${length} × ${attempt}` : attempt)).join(', ');
}

export function groupBy<Value, Key>(values: Iterable<Value>, keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
