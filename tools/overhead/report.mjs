import { table } from '../chaos/report/markdown.mjs';
import { VARIANTS } from './variants.mjs';

/** @typedef {import('./compare-variants.mjs').Measurement} Measurement */

/**
 * Each round's figures are divided by those of the same round's first variant; of these ratios it shows the median and the quartiles.
 * @param {Measurement[][]} rounds
 * @param {{ orders: number, connections: number }} counts
 */
export function toMarkdown(rounds, { orders, connections }) {
  const rows = VARIANTS.map(({ name }, at) => {
    const of = (/** @type {'ordersPerSecond' | 'cpuMs'} */ figure) => rounds.map((round) => round[at][figure]);
    const ratios = (/** @type {'ordersPerSecond' | 'cpuMs'} */ figure) =>
      rounds.map((round) => round[at][figure] / round[0][figure]);
    const compared = (/** @type {'ordersPerSecond' | 'cpuMs'} */ figure) =>
      at === 0 ? '' : asPercents(ratios(figure));
    return [
      name,
      Math.round(quantile(of('ordersPerSecond'), 0.5)),
      compared('ordersPerSecond'),
      quantile(of('cpuMs'), 0.5).toFixed(2),
      compared('cpuMs'),
    ];
  });
  return [
    `${rounds.length} rounds of ${orders} orders over ${connections} connections`,
    table(['what is on', 'orders/s', 'to nothing', 'CPU ms per order', 'to nothing'], rows),
  ].join('\n\n');
}

/** @param {number[]} ratios */
function asPercents(ratios) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => percent(quantile(ratios, share)));
  return `${middle} (${low} to ${high})`;
}

const percent = (/** @type {number} */ ratio) => `${ratio < 1 ? '−' : '+'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`;

/**
 * @param {number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  return below + ((sorted[Math.ceil(at)] ?? NaN) - below) * (at % 1);
}
