import { decidedAt } from '../recovery.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';
import { struckBy, type Struck } from '../faults/details.ts';

const violation = violationsOf('decided-meanwhile');

/** How long an order may take that shares a batch with one that waits for the lock. */
const GRACE_MS = 15_000;
/** The effects of another fault are over by then. */
const AFTERMATH_MS = 30_000;

/** While another session locks the row of one item, orders of other items are decided. */
export function checkDecidedMeanwhile({ book, orders, faults }: Pick<Evidence, 'book' | 'orders' | 'faults'>) {
  return struckBy(faults, 'outside-lock').flatMap((lock) => {
    const { itemId } = lock.details;
    const { from, to } = undisturbed(lock, faults);
    return book.orders.flatMap(({ orderId, acceptedAt, plan }) => {
      const order = orders.get(orderId ?? '');
      if (!order || acceptedAt === undefined || acceptedAt < from || acceptedAt > to - GRACE_MS) return [];
      if (plan.body.items.some((item) => item.itemId === itemId)) return [];
      const waitedMs = (order.history.length > 1 ? decidedAt(order) : Infinity) - acceptedAt;
      if (acceptedAt + waitedMs <= to) return [];
      return [violation('undecided while another item was locked', { orderId, story: `it waited ${waitedMs} ms` })];
    });
  });
}

/** The part of a lock that is checked: after the effects of earlier faults, and before the next fault. */
function undisturbed(lock: Struck, all: Struck[]) {
  const others = all.filter((one) => one !== lock && one.fault !== 'calm');
  const earlier = others.filter((one) => one.from <= lock.from).map((one) => one.to + AFTERMATH_MS);
  const later = others.filter((one) => one.from > lock.from).map((one) => one.from);
  return { from: Math.max(lock.from, ...earlier), to: Math.min(lock.to, ...later) };
}
