import { table } from '../../load/markdown-table.ts';
import { formatNumber } from './format-number.ts';
import type { Summary } from './medians.ts';

/** @returns for each scenario a table: a row for each figure, a column for each contender, with the ratio to the first one */
export function toMarkdown(summaries: Summary[]): string {
  const scenarios = [...new Set(summaries.map(({ scenario }) => scenario))];
  return scenarios
    .map((scenario) =>
      sectionOf(
        scenario,
        summaries.filter((one) => one.scenario === scenario),
      ),
    )
    .join('\n\n');
}

function sectionOf(scenario: string, summaries: Summary[]) {
  const ranked = summaries.filter(({ violations }) => violations.length === 0);
  const [base] = summaries;
  const keys = [...new Set(ranked.flatMap(({ figures }) => Object.keys(figures)))];
  const cell = (key: string, { contender, figures }: Summary) => {
    const [value, reference] = [figures[key] ?? NaN, base && ranked.includes(base) ? (base.figures[key] ?? NaN) : NaN];
    const ratio = contender === base?.contender ? NaN : value / reference;
    return Number.isNaN(value) ? '' : formatNumber(value) + (Number.isFinite(ratio) ? ` (${ratio.toFixed(2)}×)` : '');
  };
  const rows = keys.map((key) => [key, ...ranked.map((summary) => cell(key, summary))]);
  const broken = summaries.filter((summary) => !ranked.includes(summary));
  const notes = broken.map(({ contender, violations }) => `**${contender} is not ranked**: ${violations.join('; ')}`);
  const figures = table(['', ...ranked.map(({ contender }) => contender)], rows);
  return [`## ${scenario}`, ...(ranked.length > 0 ? [figures] : []), ...notes].join('\n\n');
}
