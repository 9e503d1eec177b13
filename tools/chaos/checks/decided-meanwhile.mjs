import { decidedAt } from '../recovery.mjs';
import { violationsOf } from './violation.mjs';

const violation = violationsOf('decided-meanwhile');

/** So long an order may take that shares a batch with one that waits for the lock. */
const GRACE_MS = 15_000;
/** What another fault has left behind is gone by then. */
const AFTERMATH_MS = 30_000;

/**
 * While somebody else holds the row of one item, orders of other items are decided.
 * @param {Pick<import('../observer/evidence.mjs').Evidence, 'book' | 'orders' | 'faults'>} evidence
 */
export function checkDecidedMeanwhile({ book, orders, faults }) {
  const locks = faults.filter((one) => one.fault === 'outside-lock' && isAlone(one, faults));
  return locks.flatMap(({ details: { itemId }, from, to }) =>
    book.orders.flatMap(({ orderId, acceptedAt, plan }) => {
      const order = orders.get(orderId ?? '');
      if (!order || acceptedAt === undefined || acceptedAt < from || acceptedAt > to - GRACE_MS) return [];
      if (plan.body.items.some((item) => item.itemId === itemId)) return [];
      const waitedMs = (order.history.length > 1 ? decidedAt(order) : Infinity) - acceptedAt;
      if (acceptedAt + waitedMs <= to) return [];
      return [violation('undecided while another item was locked', { orderId, story: `it waited ${waitedMs} ms` })];
    }),
  );
}

/**
 * @param {import('../strike.mjs').Struck} one
 * @param {import('../strike.mjs').Struck[]} all
 */
const isAlone = (one, all) =>
  all.every(
    (other) => other === one || other.fault === 'calm' || other.from > one.to || other.to + AFTERMATH_MS < one.from,
  );
