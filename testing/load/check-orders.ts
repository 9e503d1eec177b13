import { sayPlacement, type Evidence, type Violation } from './evidence.ts';
import type { Order } from './read-outcome.ts';
import type { Placement } from './order-book.ts';

/** Checks that each order was accepted, exists once and as it was sent, and was decided once. */
export function checkOrders(evidence: Evidence): Violation[] {
  return [
    ...evidence.placements.flatMap((placement) => checkPlacement(evidence, placement)),
    ...[...evidence.ordersByNumber].flatMap(([number, orders]) => checkOrigin(evidence, number, orders)),
    ...evidence.orders.flatMap((order) => [...checkContent(evidence, order), ...checkDecision(evidence, order)]),
  ];
}

function checkPlacement({ ordersById }: Evidence, placement: Placement): Violation[] {
  const { outcome, orderId } = placement;
  if (outcome === 'refused') return [{ kind: 'order not accepted', story: sayPlacement(placement) }];
  const isLost = outcome === 'accepted' && !ordersById.has(String(orderId));
  return isLost ? [{ kind: 'order lost after its 201', orderId, story: sayPlacement(placement) }] : [];
}

/** Each order must be the one that a 201 named, or the only one of a request without a response. */
function checkOrigin(evidence: Evidence, number: number, orders: Order[]) {
  const placement = evidence.placementsByNumber.get(number);
  const others = orders.filter(({ orderId }) => orderId !== placement?.orderId);
  const uncalledFor = others.slice(placement?.mayExist ? 1 : 0);
  const twice = orders.filter(({ orderId }, index) => orders.findIndex((order) => order.orderId === orderId) < index);
  return [
    ...uncalledFor.map((order) => evidence.violationOf('order that no request accounts for', order)),
    ...twice.map((order) => evidence.violationOf('order listed twice', order)),
  ];
}

function checkContent(evidence: Evidence, order: Order) {
  const sent = evidence.placementsByNumber.get(order.totalAmount)?.order;
  const isAsSent = sent?.customerId === order.customerId && linesOf(sent) === linesOf(order);
  return !sent || isAsSent
    ? []
    : [evidence.violationOf('order altered', order, `kept as ${linesOf(order)} of ${order.customerId}`)];
}

function linesOf({ items }: Pick<Order, 'items'>) {
  return items.map(({ itemId, quantity }) => `${quantity} × ${itemId}`).join(', ');
}

function checkDecision(evidence: Evidence, order: Order) {
  const history = order.history.map(({ status }) => status).join(' ');
  if (history === 'PENDING' && order.status === 'PENDING') return [evidence.violationOf('order undecided', order)];
  const isDecidedOnce = /^PENDING (CONFIRMED|REJECTED)$/.test(history) && history.endsWith(` ${order.status}`);
  return isDecidedOnce ? [] : [evidence.violationOf('order not decided exactly once', order, `status ${order.status}`)];
}
