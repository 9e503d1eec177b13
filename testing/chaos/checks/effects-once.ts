import { groupBy } from '../../load/evidence.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('effects-once');

/** The events of the order service by the status that an order enters. */
const PUBLISHED: Record<string, string> = {
  CANCELLED: 'ORDER_CANCELLED',
  PARTIALLY_FULFILLED: 'ORDER_PARTIALLY_FULFILLED',
  FULFILLED: 'ORDER_FULFILLED',
};

/** Each effect on an order happens once: an effect that happens twice publishes two events of one type. */
export function checkEffectsOnce({ orders, events }: Evidence) {
  return [...orders.values()].flatMap(({ orderId, history }) => {
    const seen = events.get(orderId) ?? [];
    const idsByType = groupBy(seen, ({ type }) => type);
    const doubled = [...idsByType].filter(([, same]) => new Set(same.map(({ id }) => id)).size > 1);
    const expected = ['ORDER_CREATED', ...history.flatMap((change) => PUBLISHED[change.status] ?? [])];
    const missing = expected.filter((type) => !idsByType.has(type));
    return [
      ...doubled.map(([type, same]) =>
        violation('happened twice', {
          orderId,
          story: `${type} as ${[...new Set(same.map(({ id }) => id))].join(', ')}`,
        }),
      ),
      ...missing.map((type) => violation('event never published', { orderId, story: `${type} is in no topic` })),
    ];
  });
}
