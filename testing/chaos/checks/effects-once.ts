import { groupBy } from '../../load/evidence.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('effects-once');

/** Each effect on an order happens once: an effect that happens twice publishes two events of one type. */
export function checkEffectsOnce({ orders, events }: Evidence) {
  return [...orders.values()].flatMap(({ orderId, status }) => {
    const seen = events.get(orderId) ?? [];
    const idsByType = groupBy(seen, ({ type }) => type);
    const doubled = [...idsByType].filter(([, same]) => new Set(same.map(({ id }) => id)).size > 1);
    const expected =
      status === 'CANCELLED' || status === 'FULFILLED' ? ['ORDER_CREATED', `ORDER_${status}`] : ['ORDER_CREATED'];
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
