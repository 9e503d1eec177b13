import { summarizeRecoveries } from '../recovery.mjs';
import { kindsOf } from './kinds.mjs';
import { sayUnstruck } from './unstruck.mjs';

const SHOWN_PER_KIND = 3;

/**
 * @param {import('../run.mjs').ChaosResult} result
 * @param {string} folder
 */
export function describeResult(result, folder) {
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

/** @param {{ name: string, violations: import('../checks/violation.mjs').Violation[] }} kind */
function describeKind({ name, violations }) {
  const shown = violations.slice(0, SHOWN_PER_KIND);
  return [
    `VIOLATED ${name}: ${violations.length} times`,
    ...shown.map(({ orderId, itemId, story }) => `  ${[orderId ?? itemId, story].filter(Boolean).join(': ')}`),
  ];
}
