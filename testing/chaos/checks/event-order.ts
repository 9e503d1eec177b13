import { groupBy } from '../../load/evidence.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';
import type { Seen } from '../observer/witness.ts';

const violation = violationsOf('event-order');

/** The events of a topic by order status, in the order in which they happen. */
const RANK: Record<string, number> = {
  ORDER_CREATED: 0,
  ORDER_CANCELLED: 1,
  ORDER_PARTIALLY_FULFILLED: 1,
  ORDER_FULFILLED: 2,
  INVENTORY_RESERVED: 0,
  INVENTORY_INSUFFICIENT: 0,
  INVENTORY_RELEASED: 1,
};

/**
 * The first occurrences of an order's events are in each topic in the order in which they happened. If the topic got more
 * partitions, an order may have moved to another one; then only losses and effects are checked.
 */
export function checkEventOrder({ orders, events, repartitioned }: Evidence) {
  return [...orders.keys()].flatMap((orderId) =>
    [...groupBy(events.get(orderId) ?? [], ({ topic }) => topic)].flatMap(([topic, seen]) => {
      const story = seen.map(({ type, partition, offset }) => `${type} at ${topic}[${partition}] ${offset}`).join(', ');
      const isSpread = new Set(seen.map(({ partition }) => partition)).size > 1;
      if (isSpread && repartitioned.has(topic)) return [];
      if (isSpread) return [violation('one key in several partitions', { orderId, story })];
      return isInOrder(firsts(seen)) ? [] : [violation('events out of order', { orderId, story })];
    }),
  );
}

/** @param seen the events in the order of offsets */
function firsts(seen: Seen[]) {
  return [...new Map(seen.toReversed().map((event) => [event.id, event])).values()].sort(
    (one, other) => one.offset - other.offset,
  );
}

/** @returns NaN for a type that no order has, which is never in order */
const rankOf = (type = '') => RANK[type] ?? NaN;

function isInOrder(seen: Seen[]) {
  return seen.every(({ type }, index) => index === 0 || rankOf(seen[index - 1]?.type) <= rankOf(type));
}
