import { violationsOf } from './violation.ts';
import type { Evidence, Line, Order } from '../evidence.ts';

const violation = violationsOf('fulfilled');

/**
 * The stock on hand has decreased exactly by the pieces that were shipped, once for each shipment; if the topic got more
 * partitions, once for several, since the last event of an order may have come first.
 */
export function checkFulfilled({ book, orders, stock, movements, repartitioned }: Evidence) {
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
  return [...wrong, ...checkMovements(movements, orders, repartitioned.has('order-events'))];
}

function checkMovements(movements: Evidence['movements'], orders: Evidence['orders'], mayBeTogether: boolean) {
  /** What each order has shipped of each item, and has not been seen to leave. */
  const shipped = new Map<string, number[]>();
  return movements.flatMap(({ orderId, itemId, delta }) => {
    if (orderId === null) return [];
    const story = `moved ${delta} of ${itemId}`;
    const name = `${orderId} ${itemId}`;
    const order = orders.get(orderId);
    const lines = order ? shipmentsOf(order).flat() : [];
    const all = lines.filter((line) => line.itemId === itemId).map(({ quantity }) => quantity);
    const waiting = shipped.get(name) ?? all;
    shipped.set(name, waiting);
    if (all.length > 0 && waiting.length === 0) return [violation('pieces left twice', { orderId, story })];
    const together = mayBeTogether ? waiting.length : 1;
    for (let count = 1; count <= together; count += 1) {
      if (sum(waiting.slice(0, count)) !== -delta) continue;
      waiting.splice(0, count);
      return [];
    }
    return [violation('pieces left that nobody ordered', { orderId, story })];
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** What has left the warehouse for an order, by shipment. */
function shipmentsOf({ status, items, history }: Order): Line[][] {
  const parts = history.flatMap(({ shipment }) => (shipment ? [shipment] : []));
  return parts.length === 0 && status === 'FULFILLED' ? [items] : parts;
}
