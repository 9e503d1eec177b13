import { readFileSync } from 'node:fs';
import type { KnownInstrument } from '@orderflow/observability';

const PAGE = new URL('../reference/metrics.md', import.meta.url);

/** The instruments below a heading of docs/reference/metrics.md, in its order. */
export function documentedMetrics(heading: string): KnownInstrument[] {
  const sections = readFileSync(PAGE, 'utf8').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [name = '', type = '', labels = '', help = ''] = row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim());
    return { name, type, labels: labels === '' ? [] : labels.split(', '), help };
  });
}
