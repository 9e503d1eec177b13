import { describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toMarkdown } from './markdown.ts';
import { describeResult } from './text.ts';
import { hasPassed, unstruckOf } from './unstruck.ts';
import { runSeeds } from '../run-seeds.ts';

const STRUCK = [{ fault: 'freeze', details: { durationMs: 0 }, from: 0, to: 0 }];

const resultOf = (wanted: string[]) =>
  ({
    ...{ seed: 1, command: 'npm run chaos', replicas: 2, brokers: 1, from: 0, to: 1_000 },
    counts: { orders: 1, events: 1, poison: 0 },
    looks: { stock: 1, http: 1, ledger: 1 },
    ...{ struck: STRUCK, unstruck: unstruckOf(wanted, STRUCK), recoveries: [], violations: [], stories: [] },
  }) as never;

describe('a run whose fault never struck', () => {
  it('has not passed, even without violations', () => {
    expect(hasPassed(resultOf(['freeze', 'delete-records']))).toBe(false);
    expect(hasPassed(resultOf(['freeze']))).toBe(true);
  });

  it('reports that in its output and in its report', () => {
    const result = resultOf(['freeze', 'delete-records']);
    for (const text of [describeResult(result, 'folder'), toMarkdown(result)]) {
      expect(text).toContain('never struck: delete-records');
      expect(text).not.toContain('never struck: freeze');
    }
  });

  it('is not listed as a run without violations', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orderflow-chaos-'));
    const run = (options: { seed: number }) => Promise.resolve(resultOf(options.seed === 1 ? ['freeze'] : ['poison']));
    await runSeeds(2, { seed: 1, folder }, { run, stopping: new AbortController().signal });
    const rows = (await readFile(join(folder, 'runs.md'), 'utf8')).split('\n').filter((row) => /^\| \d/.test(row));
    await rm(folder, { recursive: true });
    expect(rows[0]).toContain('| none |');
    expect(rows[1]).toContain('| never struck: poison |');
  });
});
