import { describe, expect, it } from '@jest/globals';
import type { Measurement } from '../run-bench.ts';
import { formatNumber } from './format-number.ts';
import { toMarkdown } from './markdown.ts';
import { summarise } from './medians.ts';

const names = { contenders: ['ours', 'floor'], scenarios: ['closed-64', 'closed-256'] };

const measured = (contender: string, round: number, rate: number, violations: string[] = []): Measurement => ({
  ...{ contender, scenario: 'closed-256', round, violations },
  figures: { 'drained/s': rate, 'CPU ms/order': 1 / rate },
});

describe('the summary of rounds', () => {
  it('has the median of each figure', () => {
    const rounds = [1_000, 4_000, 2_000].map((rate, index) => measured('ours', index + 1, rate));
    expect(summarise(rounds, names)).toEqual([
      {
        ...{ contender: 'ours', scenario: 'closed-256', violations: [] },
        figures: { 'drained/s': 2_000, 'CPU ms/order': 1 / 2_000 },
      },
    ]);
  });

  it('has the order of the names, not of the measurements', () => {
    const rounds = [measured('floor', 1, 2), measured('ours', 1, 1)];
    expect(summarise(rounds, names).map(({ contender }) => contender)).toEqual(['ours', 'floor']);
  });
});

describe('the table', () => {
  it('has the ratio to the first contender', () => {
    const markdown = toMarkdown(summarise([measured('ours', 1, 2_000), measured('floor', 1, 3_000)], names));
    expect(markdown.split('\n')).toEqual([
      ...['## closed-256', '', '|  | ours | floor |', '| --- | --- | --- |'],
      ...['| drained/s | 2,000 | 3,000 (1.50×) |', '| CPU ms/order | 0.0005 | 0.000333 (0.67×) |'],
    ]);
  });

  it('does not rank who has lost an order', () => {
    const rounds = [measured('ours', 1, 2_000), measured('floor', 1, 3_000), measured('floor', 2, 3_000, ['1 lost'])];
    const markdown = toMarkdown(summarise(rounds, names));
    expect(markdown).not.toContain('3,000');
    expect(markdown).toContain('**floor is not ranked**: round 2: 1 lost');
  });

  it('has no ratios if the first one has lost an order', () => {
    const rounds = [measured('ours', 1, 2_000, ['1 lost']), measured('floor', 1, 3_000)];
    expect(toMarkdown(summarise(rounds, names))).toContain('| drained/s | 3,000 |');
  });

  it.each([
    [3_412.6, '3,413'],
    [56.27, '56.3'],
    [0.18649, '0.186'],
    [0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
