import { describe, expect, it } from '@jest/globals';
import { toSvg } from './chart.ts';
import { panelsOf } from './panels.ts';

const summary = (contender: string, scenario: string, rate: number, violations: string[] = []) => ({
  ...{ contender, scenario, violations },
  figures: { 'drained/s': rate, 'decision p50 ms': 5, 'CPU ms/order': 1 },
});

const widthsOf = (svg: string) =>
  [...svg.matchAll(/<rect x="230"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));

describe('the chart', () => {
  it('has bars in proportion to their values, with the values beside them', () => {
    const bars = [
      { group: 'closed-64', label: 'ours', value: 1_000 },
      { group: 'closed-64', label: 'floor', value: 4_000 },
    ];
    const svg = toSvg([{ title: 'Orders & more', bars }], String);
    const [ours = 0, floor = 0] = widthsOf(svg);
    expect(floor).toBe(4 * ours);
    expect(svg).toContain('>4000</text>');
    expect(svg).toContain('>Orders &amp; more</text>');
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
  });

  it('draws below each other what it is given, each on a scale of its own', () => {
    const panel = (value: number) => ({ title: 't', bars: [{ group: 'g', label: 'l', value }] });
    const svg = toSvg([panel(1), panel(1_000)], String);
    expect(new Set(widthsOf(svg)).size).toBe(1);
    const rows = [...svg.matchAll(/<rect x="230" y="(\d+)"/g)].map(([, y]) => Number(y));
    expect(rows).toEqual(rows.toSorted((one, other) => one - other));
  });
});

describe('the panels', () => {
  it('show rates of closed loops, and latencies of open ones', () => {
    const panels = panelsOf([summary('ours', 'closed-64', 1_000), summary('ours', 'open-50', 50)]);
    expect(panels.map(({ title, bars }) => [title, bars.map(({ group }) => group).join()])).toEqual([
      ['Orders drained per second', 'closed-64'],
      ['Decision, median in milliseconds', 'open-50'],
      ['CPU milliseconds per order, all processes', 'closed-64,open-50'],
    ]);
  });

  it('leave out who has lost an order', () => {
    const panels = panelsOf([summary('ours', 'closed-64', 1_000), summary('floor', 'closed-64', 9_000, ['1 lost'])]);
    expect(panels.flatMap(({ bars }) => bars.map(({ label }) => label))).toEqual(['ours', 'ours']);
  });
});
