import type { OrderBook } from './order-book.ts';
import type { Order } from './read-outcome.ts';
import { percentile } from './statistics.ts';

/** milliseconds */
export interface Percentiles {
  p50: number;
  p99: number;
}

/**
 * Times run from an order's first request on, retries included; decisions are timed by the order's own history.
 * Rates are over the time from the first request to the last acceptance or decision.
 * @param orders all of the run
 */
export function measure(book: OrderBook, orders: Order[]) {
  const accepted = [...book.accepted.values()];
  const decided = orders.filter(({ status, history }) => status !== 'PENDING' && history.length > 1);
  const began = least(book.placements.map(({ startedAt }) => startedAt));
  const acceptedBy = most(accepted.map(({ endedAt }) => endedAt));
  const decidedBy = most(decided.map(decidedAt));
  const timesToDecision = decided.flatMap((order) => {
    const placement = book.accepted.get(order.orderId);
    return placement ? [decidedAt(order) - placement.startedAt] : [];
  });
  return {
    decided: decided.length,
    confirmed: decided.filter(({ status }) => status === 'CONFIRMED').length,
    rejected: decided.filter(({ status }) => status === 'REJECTED').length,
    acceptedPerSecond: rate(accepted.length, acceptedBy - began),
    decidedPerSecond: rate(decided.length, decidedBy - began),
    timeToAcceptMs: percentiles(accepted.map(({ startedAt, endedAt }) => endedAt - startedAt)),
    timeToDecisionMs: percentiles(timesToDecision),
  };
}

function decidedAt({ history }: Order) {
  return Date.parse(history.at(-1)?.at ?? '');
}

function rate(count: number, durationMs: number) {
  return count === 0 ? 0 : round((count / Math.max(durationMs, 1)) * 1000);
}

/** @returns 0 if there is none */
function percentiles(times: number[]): Percentiles {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted.length === 0 ? 0 : round(percentile(sorted, share)));
  return { p50: at(0.5), p99: at(0.99) };
}

const least = (values: number[]) => values.reduce((one, other) => Math.min(one, other), Infinity);
const most = (values: number[]) => values.reduce((one, other) => Math.max(one, other), -Infinity);
const round = (value: number) => Math.round(value * 10) / 10;
