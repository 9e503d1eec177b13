import { summarizeRecoveries } from '../recovery.ts';
import { kindsOf } from './kinds.ts';
import { sayUnstruck } from './unstruck.ts';
import type { ChaosResult } from '../run.ts';
import type { Violation } from '../checks/violation.ts';

const SHOWN_PER_KIND = 3;

export function describeResult(result: ChaosResult, folder: string) {
  const { counts, looks, violations, unstruck, from, to } = result;
  return [
    `${counts.orders} orders, ${counts.events} events, ${counts.poison} poison messages, ${result.struck.length} faults in ${Math.round((to - from) / 1000)} s`,
    `looked at the stock ${looks.stock} times by SQL and ${looks.http} times by HTTP, at the whole ledger ${looks.ledger} times`,
    ...summarizeRecoveries(result.recoveries).map(
      ({ fault, times, p50Ms, maxMs }) =>
        `${fault.padEnd(28)}${times} times, recovered in ${p50Ms} ms (p50), ${maxMs} ms (max)`,
    ),
    ...kindsOf(violations).flatMap(describeKind),
    ...unstruck.map((name) => `${sayUnstruck(name)}: nothing is proved about it; give the run more --minutes`),
    `${violations.length} violations; report: ${folder}/report.md`,
    ...(violations.length > 0 ? [`all data is kept in ${folder}; to repeat: ${result.command}`] : []),
  ].join('\n');
}

function describeKind({ name, violations }: { name: string; violations: Violation[] }) {
  const shown = violations.slice(0, SHOWN_PER_KIND);
  return [
    `VIOLATED ${name}: ${violations.length} times`,
    ...shown.map(({ orderId, itemId, story }) => `  ${[orderId ?? itemId, story].filter(Boolean).join(': ')}`),
  ];
}
