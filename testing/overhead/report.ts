import { table } from '../load/markdown-table.ts';
import { quantile } from '../load/statistics.ts';
import type { Measurement } from './variants.ts';

type Figure = 'ordersPerSecond' | 'cpuMs';

/**
 * Each round's figures are divided by those of the same round's first variant; of these ratios it shows the median and the quartiles.
 * @param rounds each of the same variants, in the same order
 */
export function toMarkdown(rounds: Measurement[][], { orders, connections }: { orders: number; connections: number }) {
  const names = rounds[0]?.map(({ variant }) => variant) ?? [];
  const rows = names.map((name, at) => {
    const compared = (figure: Figure) => (at === 0 ? '' : asPercents(ratiosOf(rounds, at, figure)));
    return [
      name,
      Math.round(quantile(figuresOf(rounds, at, 'ordersPerSecond'), 0.5)),
      compared('ordersPerSecond'),
      quantile(figuresOf(rounds, at, 'cpuMs'), 0.5).toFixed(2),
      compared('cpuMs'),
    ];
  });
  return [
    `${rounds.length} rounds of ${orders} orders over ${connections} connections`,
    table(['what is on', 'orders/s', 'to nothing', 'CPU ms per order', 'to nothing'], rows),
  ].join('\n\n');
}

const figuresOf = (rounds: Measurement[][], at: number, figure: Figure) =>
  rounds.map((round) => round[at]?.[figure] ?? NaN);

function ratiosOf(rounds: Measurement[][], at: number, figure: Figure) {
  const base = figuresOf(rounds, 0, figure);
  return figuresOf(rounds, at, figure).map((value, round) => value / (base[round] ?? NaN));
}

function asPercents(ratios: number[]) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => percent(quantile(ratios, share)));
  return `${middle} (${low} to ${high})`;
}

const percent = (ratio: number) => `${ratio < 1 ? '−' : '+'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`;
