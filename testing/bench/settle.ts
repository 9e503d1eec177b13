import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../tools/stack/ports.mjs';
import { now } from '../load/clock.ts';
import type { Books } from './contenders/contender.ts';

const PATIENCE_MS = 120_000;
const DECISION_INTERVAL_MS = 5;
const LEAST_INTERVAL_MS = 10;
/** Reading takes at most a fifth of the time, so that it does not add to the load. */
const REST = 4;

export interface Settled {
  notifiedAt: number;
  settledAt: number;
  pending: number;
  /** since the contender's start */
  notifications: number;
}

/** Waits until so many orders are decided, or for two minutes. */
export const awaitDecisions = (decisions: Map<string, unknown>, count: number) =>
  poll(() => Promise.resolve(decisions.size >= count), { timeoutMs: PATIENCE_MS, intervalMs: DECISION_INTERVAL_MS });

/**
 * Waits until the order service has seen all decisions, and all customers are notified, or for two minutes.
 * @param expected notifications since the contender's start
 * @returns when it was seen first, at the latest
 */
export async function settle(books: Books, expected: number): Promise<Settled> {
  const giveUpAt = now() + PATIENCE_MS;
  let notifiedAt: number | undefined;
  for (;;) {
    const begun = now();
    const [pending, notifications] = await Promise.all([books.countPending(), books.countNotifications()]);
    const at = now();
    if (notifications >= expected) notifiedAt ??= at;
    if ((pending === 0 && notifiedAt !== undefined) || at > giveUpAt) {
      return { notifiedAt: notifiedAt ?? at, settledAt: at, pending, notifications };
    }
    await delay(Math.max(LEAST_INTERVAL_MS, REST * (at - begun)));
  }
}
