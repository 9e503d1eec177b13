import { BACKLOG, CPU_TOTAL, DECISION_P50, DRAINED } from '../figures/figures.ts';
import type { Panel } from './chart.ts';
import type { Summary } from './medians.ts';

const PANELS: { title: string; figure: string; isOf: (scenario: string) => boolean }[] = [
  { title: 'Orders drained per second', figure: DRAINED, isOf: (scenario) => !scenario.startsWith('open') },
  { title: 'Events of a backlog handled per second', figure: BACKLOG, isOf: () => true },
  { title: 'Decision, median in milliseconds', figure: DECISION_P50, isOf: (scenario) => scenario.startsWith('open') },
  { title: 'CPU milliseconds per order, all processes', figure: CPU_TOTAL, isOf: () => true },
];

/** @returns what a chart shows: only contenders without a violation, and only panels that have something to show */
export function panelsOf(summaries: Summary[]): Panel[] {
  const ranked = summaries.filter(({ violations }) => violations.length === 0);
  return PANELS.map(({ title, figure, isOf }) => ({
    title,
    bars: ranked
      .filter(({ scenario, figures }) => isOf(scenario) && figure in figures)
      .map(({ scenario, contender, figures }) => ({ group: scenario, label: contender, value: figures[figure] ?? 0 })),
  })).filter(({ bars }) => bars.length > 0);
}
