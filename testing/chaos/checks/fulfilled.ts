import { violationsOf } from './violation.ts';
import type { Evidence, Line, Order } from '../evidence.ts';

const violation = violationsOf('fulfilled');

/** The stock on hand has decreased exactly by the pieces that were shipped, once for each shipment. */
export function checkFulfilled({ book, orders, stock, movements }: Evidence) {
  const left = new Map();
  for (const order of orders.values())
    for (const { itemId, quantity } of shipmentsOf(order).flat()) left.set(itemId, (left.get(itemId) ?? 0) + quantity);
  const wrong = stock.flatMap(({ itemId, onHand }) => {
    const created = book.items.get(itemId);
    const expected = (created ?? 0) - (left.get(itemId) ?? 0);
    if (created === undefined || onHand === expected) return [];
    const story = `created and adjusted ${created}, shipped ${left.get(itemId) ?? 0}, on hand ${onHand}`;
    return [violation('on hand has not fallen by what was fulfilled', { itemId, story })];
  });
  return [...wrong, ...checkMovements(movements, orders)];
}

function checkMovements(movements: Evidence['movements'], orders: Evidence['orders']) {
  const seen = new Map<string, number>();
  return movements.flatMap(({ orderId, itemId, delta }) => {
    if (orderId === null) return [];
    const story = `moved ${delta} of ${itemId}`;
    const name = `${orderId} ${itemId}`;
    const order = orders.get(orderId);
    const shipments = order
      ? shipmentsOf(order).flatMap((lines) => lines.filter((line) => line.itemId === itemId))
      : [];
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    if (turn > 0 && turn === shipments.length) return [violation('pieces left twice', { orderId, story })];
    return shipments[turn]?.quantity === -delta
      ? []
      : [violation('pieces left that nobody ordered', { orderId, story })];
  });
}

/** What has left the warehouse for an order, by shipment. */
function shipmentsOf({ status, items, history }: Order): Line[][] {
  const parts = history.flatMap(({ shipment }) => (shipment ? [shipment] : []));
  return parts.length === 0 && status === 'FULFILLED' ? [items] : parts;
}
