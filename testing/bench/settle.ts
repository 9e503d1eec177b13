import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../tools/stack/ports.mjs';
import { now } from '../load/clock.ts';
import type { Books } from './contenders/contender.ts';

/** Without any progress. */
const PATIENCE_MS = 60_000;
const DECISION_INTERVAL_MS = 5;
const LEAST_INTERVAL_MS = 10;
/** Reading takes at most a fifth of the time, so that it does not add to the load. */
const REST = 4;

export interface Settled {
  notifiedAt: number;
  settledAt: number;
  pending: number;
  notifications: number;
}

interface Expected {
  /** since when */
  sinceMs: number;
  /** so many notifications */
  expected: number;
}

/** Waits until so many orders are decided, or for a minute in which none is. */
export function awaitDecisions(decisions: Map<string, unknown>, count: number): Promise<boolean> {
  const alive = whileIncreasing(() => decisions.size);
  const options = { timeoutMs: Infinity, intervalMs: DECISION_INTERVAL_MS, alive };
  return poll(() => Promise.resolve(decisions.size >= count), options);
}

/** Waits until so many customers are notified, or for a minute in which none is. */
export async function awaitNotifications(books: Books, { sinceMs, expected }: Expected): Promise<boolean> {
  let count = 0;
  const isComplete = async () => (count = await books.countNotifications(sinceMs)) >= expected;
  return poll(isComplete, { timeoutMs: Infinity, alive: whileIncreasing(() => count) });
}

/**
 * Waits until the order service has seen all decisions, and all customers are notified, or for a minute without progress.
 * @returns when it was seen first, at the latest
 */
export async function settle(books: Books, { sinceMs, expected }: Expected): Promise<Settled> {
  let [pending, notifications] = [Infinity, 0];
  let notifiedAt: number | undefined;
  const alive = whileIncreasing(() => notifications - pending);
  while (alive()) {
    const begun = now();
    [pending, notifications] = await Promise.all([books.countPending(sinceMs), books.countNotifications(sinceMs)]);
    if (notifications >= expected) notifiedAt ??= now();
    if (pending === 0 && notifiedAt !== undefined) break;
    await delay(Math.max(LEAST_INTERVAL_MS, REST * (now() - begun)));
  }
  const settledAt = now();
  return { notifiedAt: notifiedAt ?? settledAt, settledAt, pending, notifications };
}

/** @returns false once the number has not increased for as long as we are patient */
function whileIncreasing(read: () => number) {
  let [largest, at] = [-Infinity, Date.now()];
  return () => {
    const value = read();
    if (value > largest) [largest, at] = [value, Date.now()];
    return Date.now() - at < PATIENCE_MS;
  };
}
