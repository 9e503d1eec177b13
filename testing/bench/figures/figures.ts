import { percentile } from '../../load/statistics.ts';
import type { Decision } from '../driver/decisions.ts';
import type { OrderLog } from '../driver/order-log.ts';
import { formatNumber } from '../report/format-number.ts';
import type { Settled } from '../settle.ts';
import type { Used } from './meters.ts';

/** By name, in the order in which they are shown. */
export type Figures = Record<string, number>;

export const DRAINED = 'drained/s';
export const CPU_TOTAL = 'CPU ms/order';
export const DECISION_P50 = 'decision p50 ms';
export const BACKLOG = 'backlog events/s';
const HEADLINES = [DRAINED, BACKLOG, CPU_TOTAL, DECISION_P50];

export const headlineOf = (figures: Figures): string =>
  HEADLINES.flatMap((name) => (name in figures ? [`${name} ${formatNumber(figures[name] ?? NaN)}`] : [])).join(', ');

export interface Run extends Used {
  log: OrderLog;
  decisions: Map<string, Decision>;
  settled: Pick<Settled, 'notifiedAt' | 'settledAt'>;
}

/**
 * Rates run from the first order's send time to the last acceptance, decision or notification; an order is drained when the order
 * service has its decision and its customer both notifications.
 */
export function figuresOf({ log, decisions, settled, ...used }: Run): Figures {
  const { acceptMs, decisionMs, begin, acceptedBy, decidedBy } = timesOf(log, decisions);
  const rate = (by: number) => (log.accepted / (by - begin)) * 1_000;
  const refused = [...log.refused.values()].reduce((sum, count) => sum + count, 0);
  return {
    [DRAINED]: rate(Math.max(decidedBy, settled.settledAt)),
    'accepted/s': rate(acceptedBy),
    'decided/s': rate(decidedBy),
    'notified/s': rate(settled.notifiedAt),
    ...(refused > 0 ? { 'refused share': refused / log.orders.length } : {}),
    ...percentilesOf('accept', acceptMs),
    ...percentilesOf('decision', decisionMs),
    ...costsOf(used, log.accepted),
  };
}

/**
 * The rate runs over the last nine tenths of the decisions: the time until the inventory has started is not its rate, and its first
 * transaction takes what has waited, all at once.
 */
export function backlogFiguresOf({ log, decisions, ...used }: Omit<Run, 'settled'>): Figures {
  const times = Float64Array.from([...decisions.values()].map(({ at }) => at)).sort();
  const skipped = Math.floor(times.length / 10);
  const [from = NaN, to = NaN] = [times[skipped], times.at(-1)];
  return { [BACKLOG]: ((times.length - 1 - skipped) / (to - from)) * 1_000, ...costsOf(used, log.accepted) };
}

function costsOf(used: Used, orders: number): Figures {
  const total = Object.values(used.cpuMs).reduce((sum, ms) => sum + ms, 0);
  return {
    [CPU_TOTAL]: total / orders,
    ...each(used.cpuMs, 'CPU ms/order', (ms) => ms / orders),
    'CPU ms/order of the driver, not counted': used.driverMs / orders,
    ...each(used.peakMb, 'peak MB', (mb) => mb),
    'SQL statements/order': used.statements / orders,
    'waits of Postgres connections/order': used.waits / orders,
    'WAL bytes/order': used.walBytes / orders,
    ...each(used.kafkaRequests, 'Kafka requests/order', (count) => count / orders),
    'busy with other programs, % of the machine': used.othersShare * 100,
  };
}

const each = (values: Record<string, number>, prefix: string, figureOf: (value: number) => number): Figures =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, figureOf(value)]));

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
  return { acceptMs, decisionMs, begin, acceptedBy, decidedBy };
}

function percentilesOf(name: string, times: number[]): Figures {
  const sorted = Float64Array.from(times).sort();
  const shares = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 };
  return Object.fromEntries(Object.entries(shares).map(([p, share]) => [`${name} ${p} ms`, percentile(sorted, share)]));
}
