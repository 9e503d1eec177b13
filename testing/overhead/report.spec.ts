import { describe, expect, it } from '@jest/globals';
import { toMarkdown } from './report.ts';

const round = (figures: [string, number, number][]) =>
  figures.map(([variant, ordersPerSecond, cpuMs]) => ({ variant, ordersPerSecond, cpuMs }));

describe('the report of the overhead', () => {
  it('compares each variant with the first one of the same round, and shows the median', () => {
    const rounds = [
      round([
        ['nothing', 1_000, 1],
        ['metrics', 900, 1.1],
      ]),
      round([
        ['nothing', 500, 2],
        ['metrics', 450, 2.2],
      ]),
    ];
    const rows = toMarkdown(rounds, { orders: 10, connections: 2 }).split('\n');
    expect(rows[0]).toBe('2 rounds of 10 orders over 2 connections');
    expect(rows.at(-2)).toBe('| nothing | 750 |  | 1.50 |  |');
    expect(rows.at(-1)).toBe('| metrics | 675 | −10.0 % (−10.0 % to −10.0 %) | 1.65 | +10.0 % (+10.0 % to +10.0 %) |');
  });
});
