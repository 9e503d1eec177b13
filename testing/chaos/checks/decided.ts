import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('decided');

/** All histories that an order may have; a client ships one part at most before the rest. */
const LIVES = new Set([
  'PENDING CONFIRMED',
  'PENDING REJECTED',
  'PENDING CANCELLED',
  'PENDING CONFIRMED CANCELLED',
  'PENDING CONFIRMED FULFILLED',
  'PENDING CONFIRMED PARTIALLY_FULFILLED',
  'PENDING CONFIRMED PARTIALLY_FULFILLED FULFILLED',
]);

/** Each order is decided exactly once, and has one final status. */
export function checkDecided({ orders }: Evidence) {
  return [...orders.values()].flatMap(({ orderId, status, history }) => {
    const life = history.map((change) => change.status).join(' ');
    if (LIVES.has(life) && life.endsWith(` ${status}`)) return [];
    const what = life === 'PENDING' ? 'order undecided' : 'order not decided exactly once';
    return [violation(what, { orderId, story: `${status}, history ${life}` })];
  });
}
