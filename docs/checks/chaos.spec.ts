import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FAULTS } from '../../testing/chaos/faults/index.ts';
import { SABOTAGES } from '../../testing/chaos/sabotage/index.ts';

const read = (file: string) => readFileSync(new URL(`../chaos/${file}`, import.meta.url), 'utf8');
const linesOf = (file: string) => read(file).split('\n');

describe('docs/chaos', () => {
  const sabotages = linesOf('sabotages.md');

  it.each(SABOTAGES.map(({ name, named }) => [name, named]))('shows %s named by %s', (name, named) => {
    const row = sabotages.find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(`| \`${named}\` |`);
  });

  const rare = linesOf('rare.md').filter((row) => row.startsWith('| `'));
  const rowOf = (fault: string) => rare.find((row) => row.startsWith(`| \`${fault}\` |`));
  const names = FAULTS.map(({ name }) => name);

  it.each(names.filter((fault) => !rowOf(fault)))('shows that %s was survived', (fault) => {
    expect(read('hour/report.md')).toMatch(new RegExp(`^\\| ${fault} \\| \\d+ \\|`, 'm'));
  });

  it.each(names.filter(rowOf))(
    'shows how often %s struck by itself, that it violated nothing, and at which commit',
    (fault) => {
      expect(rowOf(fault)).toMatch(/^\| `[a-z-]+` \| [1-9]\d* \| 0 \| [\d.]+ \| \d+ \| [\da-f]{7} +\|/);
    },
  );

  it('shows no violation', () => {
    expect(read('hour/report.md')).toContain('| violations | 0 |');
    for (const file of ['runs-1-to-10.md', 'runs-11-to-20.md']) {
      const runs = linesOf(file).filter((row) => /^\| \d+ \|/.test(row));
      expect(runs).toHaveLength(10);
      for (const run of runs) expect(run).toContain('| none |');
    }
  });
});
