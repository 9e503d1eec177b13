import { afterAll, describe, expect, it } from '@jest/globals';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProcessGroup, startGroup } from '../../../tools/stack/process-group.mjs';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';

const HARNESS = fileURLToPath(new URL('../../../tools/harness/run.mjs', import.meta.url));
const FAULTS = ['kill-order-service', 'kill-inventory-service', 'kill-broker', 'kill-postgres', 'poison', 'duplicate'];

interface Report {
  readonly counts: { readonly orders: number; readonly poison: number };
  readonly struck: readonly { readonly fault: string }[];
  readonly looks: { readonly stock: number };
  readonly violations: readonly { readonly check: string }[];
}

describe('chaos', () => {
  const folder = temporaryFolder();
  const started: ProcessGroup[] = [];

  afterAll(async () => {
    await Promise.all(started.map((group) => group.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  async function chaos(
    name: string,
    args: string[],
  ): Promise<{ code: number | null; lines: string[]; report: Report }> {
    const output = join(folder, name);
    const lines: string[] = [];
    const group = startGroup(
      process.execPath,
      ['--disable-warning=TimeoutNegativeWarning', HARNESS, 'chaos', ...args, '--output', output],
      {
        output: { line: (line) => void lines.push(line) },
      },
    );
    started.push(group);
    const { code } = await group.exited;
    const report = await readFile(join(output, 'report.json'), 'utf8').catch((error: Error) => {
      throw new Error(lines.join('\n'), { cause: error });
    });
    return { code, lines, report: JSON.parse(report) as Report };
  }

  it('keeps all guarantees while services, a broker and Postgres are killed, and poison and duplicates arrive', async () => {
    const { code, lines, report } = await chaos('short', [
      ...['--seed', '1', '--minutes', '0.6', '--rate', '50', '--faults', FAULTS.join()],
    ]);
    expect({ code, violations: report.violations }).toEqual({ code: 0, violations: [] });
    expect(new Set(report.struck.map(({ fault }) => fault))).toEqual(new Set(FAULTS));
    expect(report.counts.orders).toBeGreaterThan(100);
    expect(report.counts.poison).toBeGreaterThan(0);
    expect(report.looks.stock).toBeGreaterThan(0);
    expect(lines.at(-1)).toContain('0 violations');
  });

  it('reports the violation of an event that is handled twice, and how to repeat the run', async () => {
    const { code, lines, report } = await chaos('sabotaged', [
      ...['--sabotage', 'inbox-off', '--minutes', '0.3', '--rate', '30', '--replicas', '1'],
    ]);
    expect(code).toBe(1);
    expect(new Set(report.struck.map(({ fault }) => fault))).toEqual(new Set(['duplicate', 'rewind']));
    expect(report.violations.map(({ check }) => check)).toContain('notifications');
    expect(lines.at(-1)).toContain('npm run chaos -- --seed 1');
  });
});
