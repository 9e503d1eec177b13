import type { LoadResult } from './run-load.ts';
import type { Violation } from './evidence.ts';

const SHOWN_PER_KIND = 10;

export function describeResult(result: LoadResult) {
  const { timeToAcceptMs, timeToDecisionMs } = result;
  const rows = [
    ['orders posted', `${result.orders} (run ${result.runId})`],
    ['accepted', `${result.accepted}, ${result.acceptedPerSecond}/s`],
    [
      'decided',
      `${result.decided}, ${result.decidedPerSecond}/s: ${result.confirmed} confirmed, ${result.rejected} rejected`,
    ],
    ['time to accept', `p50 ${timeToAcceptMs.p50} ms, p99 ${timeToAcceptMs.p99} ms`],
    ['time to decision', `p50 ${timeToDecisionMs.p50} ms, p99 ${timeToDecisionMs.p99} ms`],
    ['retried', `${result.retried503} after a 503, ${result.retriedConnections} after a refused connection`],
    [
      'not accepted',
      `${result.unknown} unknown (sent, not answered), ${result.refused} refused, ${result.denied} of them by a 401 or 403`,
    ],
    ['violations', String(result.violations.length)],
  ];
  return rows.map(([name, value]) => `${name?.padEnd(18)}${value}`).join('\n');
}

export function describeViolations(violations: Violation[]) {
  const kinds = new Set(violations.map(({ kind }) => kind));
  return [...kinds]
    .map((kind) =>
      describeKind(
        kind,
        violations.filter((violation) => violation.kind === kind),
      ),
    )
    .join('\n');
}

function describeKind(kind: string, violations: Violation[]) {
  const shown = violations.slice(0, SHOWN_PER_KIND);
  const lines = shown.map(({ orderId, itemId, story }) => `  ${[orderId ?? itemId, story].filter(Boolean).join(': ')}`);
  const rest = violations.length - shown.length;
  return [`${kind}: ${violations.length}`, ...lines, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join('\n');
}
