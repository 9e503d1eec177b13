import { percentile } from '../../load/statistics.ts';
import type { Decision } from '../driver/decisions.ts';
import type { OrderLog } from '../driver/order-log.ts';
import type { Settled } from '../settle.ts';
import type { Used } from './meters.ts';

/** By name, in the order in which they are shown. */
export type Figures = Record<string, number>;

export const DRAINED = 'drained/s';
export const CPU_TOTAL = 'CPU ms/order';
export const DECISION_P50 = 'decision p50 ms';

export interface Run extends Used {
  log: OrderLog;
  decisions: Map<string, Decision>;
  settled: Pick<Settled, 'notifiedAt' | 'settledAt'>;
}

/**
 * Rates run from the first order's send time to the last acceptance, decision or notification; an order is drained when the order
 * service has its decision and its customer both notifications.
 */
export function figuresOf({ log, decisions, settled, ...run }: Run): Figures {
  const { orders: accepted, acceptMs, decisionMs, begin, acceptedBy, decidedBy } = timesOf(log, decisions);
  const rate = (by: number) => (accepted / (by - begin)) * 1_000;
  const perOrder = (prefix: string, sums: Record<string, number>) =>
    Object.fromEntries(Object.entries(sums).map(([name, sum]) => [`${prefix} ${name}`, sum / accepted]));
  const refused = [...log.refused.values()].reduce((sum, count) => sum + count, 0);
  return {
    [DRAINED]: rate(Math.max(decidedBy, settled.settledAt)),
    'accepted/s': rate(acceptedBy),
    'decided/s': rate(decidedBy),
    'notified/s': rate(settled.notifiedAt),
    ...(refused > 0 ? { 'refused share': refused / log.orders.length } : {}),
    ...percentilesOf('accept', acceptMs),
    ...percentilesOf('decision', decisionMs),
    [CPU_TOTAL]: Object.values(run.cpuMs).reduce((sum, ms) => sum + ms, 0) / accepted,
    ...perOrder('CPU ms/order', run.cpuMs),
    'CPU ms/order of the driver, not counted': run.driverMs / accepted,
    ...Object.fromEntries(Object.entries(run.peakMb).map(([name, mb]) => [`peak MB ${name}`, mb])),
    'SQL statements/order': run.statements / accepted,
    'WAL bytes/order': run.walBytes / accepted,
    'busy with other programs, % of the machine': run.othersShare * 100,
  };
}

function timesOf({ orderIds, sentAt, acceptedAt }: OrderLog, decisions: Map<string, Decision>) {
  const acceptMs: number[] = [];
  const decisionMs: number[] = [];
  let acceptedBy = -Infinity;
  let decidedBy = -Infinity;
  for (const [number, id] of orderIds.entries()) {
    if (id === undefined) continue;
    const [sent = NaN, accepted = NaN] = [sentAt[number], acceptedAt[number]];
    acceptMs.push(accepted - sent);
    acceptedBy = Math.max(acceptedBy, accepted);
    const decision = decisions.get(id);
    if (!decision) continue;
    decisionMs.push(decision.at - sent);
    decidedBy = Math.max(decidedBy, decision.at);
  }
  const begin = sentAt.reduce((least, at) => Math.min(least, at), Infinity);
  return { orders: acceptMs.length, acceptMs, decisionMs, begin, acceptedBy, decidedBy };
}

function percentilesOf(name: string, times: number[]): Figures {
  const sorted = Float64Array.from(times).sort();
  const shares = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 };
  return Object.fromEntries(Object.entries(shares).map(([p, share]) => [`${name} ${p} ms`, percentile(sorted, share)]));
}
