import { table } from '../../load/markdown-table.ts';
import { summarizeRecoveries, type Recovery } from '../recovery.ts';
import { kindsOf } from './kinds.ts';
import { sayUnstruck } from './unstruck.ts';
import type { ChaosResult } from '../run.ts';
import type { Violation } from '../checks/violation.ts';

const SHOWN_PER_KIND = 10;

/** What is counted, in the report's words. */
const COUNTED: Record<string, string> = {
  poison: 'poison messages',
  accepted: 'orders answered with 201',
  refused: 'requests refused (503, not decided yet), and sent again',
  unanswered: 'requests without an answer, and sent again',
};

export function toMarkdown(result: ChaosResult) {
  const { command, seed, replicas, brokers, counts, looks, unstruck, violations, stories, from, to } = result;
  return [
    `# Chaos run, seed ${seed}: ${violations.length} violations`,
    `\`${command}\``,
    '![timeline](timeline.svg)',
    table(
      ['what', 'how many'],
      [
        [
          'duration',
          `${Math.round((to - from) / 1000)} s, ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
        ],
        ['replicas of each service', replicas],
        ['brokers', brokers],
        ['faults', result.struck.length],
        ...Object.entries(counts).map(([name, count]) => [COUNTED[name] ?? name, count]),
        ['looks at the stock by SQL', looks.stock],
        ['looks at the stock by HTTP', looks.http],
        ['looks at the whole ledger', looks.ledger],
        ['violations', violations.length],
      ],
    ),
    ...unstruck.map((name) => `**${sayUnstruck(name)}: nothing is proved about it.**`),
    '## Recovery',
    recoveryTable(result.recoveries),
    ...(violations.length > 0 ? ['## Violations', ...kindsOf(violations).map(toSection)] : []),
    ...(stories.length > 0 ? ['## Stories', ...stories.map(toStory)] : []),
    '',
  ].join('\n\n');
}

export const recoveryTable = (recoveries: Recovery[]) =>
  table(
    ['fault', 'times', 'p50 ms', 'max ms'],
    summarizeRecoveries(recoveries).map(({ fault, times, p50Ms, maxMs }) => [fault, times, p50Ms, maxMs]),
  );

function toSection({ name, violations }: { name: string; violations: Violation[] }) {
  const lines = violations
    .slice(0, SHOWN_PER_KIND)
    .map(({ orderId, itemId, story }) => `- ${[orderId ?? itemId, story].filter(Boolean).join(': ')}`);
  return [`### ${name}: ${violations.length} times`, lines.join('\n')].join('\n\n');
}

const toStory = ({ orderId, lines }: { orderId: string; lines: string[] }) =>
  `### ${orderId}\n\n\`\`\`\n${lines.join('\n')}\n\`\`\``;
