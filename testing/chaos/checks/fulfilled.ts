import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('fulfilled');

/** The stock on hand has decreased exactly by the pieces of fulfilled orders, once for each order. */
export function checkFulfilled({ book, orders, stock, movements }: Evidence) {
  const left = new Map();
  for (const { status, items } of orders.values()) {
    if (status === 'FULFILLED')
      for (const { itemId, quantity } of items) left.set(itemId, (left.get(itemId) ?? 0) + quantity);
  }
  const wrong = stock.flatMap(({ itemId, onHand }) => {
    const created = book.items.get(itemId);
    const expected = (created ?? 0) - (left.get(itemId) ?? 0);
    if (created === undefined || onHand === expected) return [];
    const story = `created with ${created}, fulfilled orders took ${left.get(itemId) ?? 0}, on hand ${onHand}`;
    return [violation('on hand has not fallen by what was fulfilled', { itemId, story })];
  });
  return [...wrong, ...checkMovements(movements, orders)];
}

function checkMovements(movements: Evidence['movements'], orders: Evidence['orders']) {
  const seen = new Set();
  return movements.flatMap(({ orderId, itemId, delta }) => {
    if (orderId === null) return [];
    const story = `moved ${delta} of ${itemId}`;
    const name = `${orderId} ${itemId}`;
    if (seen.has(name)) return [violation('pieces left twice', { orderId, story })];
    seen.add(name);
    const line = orders.get(orderId)?.items.find((item) => item.itemId === itemId);
    return line?.quantity === -delta ? [] : [violation('pieces left that nobody ordered', { orderId, story })];
  });
}
