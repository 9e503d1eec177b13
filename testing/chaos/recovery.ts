import type { Evidence, Order } from './evidence.ts';

export interface Recovery {
  fault: string;
  ms: number;
}

/** A fault may have delayed orders that were accepted within this time before its end. */
const AFFECTED_MS = 60_000;

/**
 * The time from each fault's end until the last order that was accepted before it is decided and its customer notified. If
 * the next fault strikes earlier, its effect is included.
 */
export function measureRecoveries({ book, orders, notifications, faults }: Evidence): Recovery[] {
  const lives = book.orders.flatMap(({ orderId, acceptedAt }) => {
    const order = orders.get(orderId ?? '');
    if (!order || acceptedAt === undefined) return [];
    const told = (notifications.get(order.orderId) ?? []).filter(({ type }) => type === 'ORDER_CREATED');
    return [{ acceptedAt, settledAt: Math.max(decidedAt(order), ...told.map(({ createdAt }) => createdAt.getTime())) }];
  });
  return faults.map(({ fault, to }) => {
    const settled = lives
      .filter(({ acceptedAt }) => acceptedAt <= to && acceptedAt > to - AFFECTED_MS)
      .map(({ settledAt }) => settledAt);
    return { fault, ms: Math.max(0, settled.reduce((latest, at) => Math.max(latest, at), to) - to) };
  });
}

export const decidedAt = ({ history }: Order) => Date.parse((history[1] ?? history[0])?.at ?? '');

export function summarizeRecoveries(
  recoveries: Recovery[],
): { fault: string; times: number; p50Ms: number; maxMs: number }[] {
  const faults = [...new Set(recoveries.map(({ fault }) => fault))].sort();
  return faults.map((fault) => {
    const times = recoveries
      .filter((one) => one.fault === fault)
      .map(({ ms }) => ms)
      .sort((one, other) => one - other);
    return { fault, times: times.length, p50Ms: times[Math.ceil(times.length / 2) - 1] ?? 0, maxMs: times.at(-1) ?? 0 };
  });
}
