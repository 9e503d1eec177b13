import { groupBy } from '../../load/evidence.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';
import type { Seen } from '../observer/witness.ts';

const violation = violationsOf('event-order');

/** By order status, what happened in which order; a topic's events stand in the order in which they happened. */
const RANK: Record<string, number> = {
  ORDER_CREATED: 0,
  ORDER_CANCELLED: 1,
  ORDER_FULFILLED: 1,
  INVENTORY_RESERVED: 0,
  INVENTORY_INSUFFICIENT: 0,
  INVENTORY_RELEASED: 1,
};

/**
 * Each order's events stand in each topic in the order in which they happened, each seen for the first time. Where the
 * topic got more partitions, an order may have moved: then only loss and effects count.
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

/** @param seen in the order of offsets */
function firsts(seen: Seen[]) {
  return [...new Map(seen.toReversed().map((event) => [event.id, event])).values()].sort(
    (one, other) => one.offset - other.offset,
  );
}

/** @returns NaN for a type that no order has: it is never in order */
const rankOf = (type = '') => RANK[type] ?? NaN;

function isInOrder(seen: Seen[]) {
  return seen.every(({ type }, index) => index === 0 || rankOf(seen[index - 1]?.type) <= rankOf(type));
}
