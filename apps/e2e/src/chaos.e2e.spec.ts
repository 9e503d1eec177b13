import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EXPENSIVE_KINDS } from '../../../tools/chaos/faults/expensive-kinds.mjs';
import { planFaults } from '../../../tools/chaos/plan.mjs';
import { SABOTAGES } from '../../../tools/chaos/sabotage/index.mjs';
import { makeSabotagedWorkspace, patchedFiles } from '../../../tools/chaos/sabotage/sabotaged-workspace.mjs';
import { type ProcessGroup, startGroup } from '../../../tools/stack/process-group.mjs';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';

const CHAOS = fileURLToPath(new URL('../../../tools/chaos/chaos.mjs', import.meta.url));
const POISON = fileURLToPath(new URL('../../../tools/chaos/faults/poison-kinds.mjs', import.meta.url));
const FAULTS = ['kill-order-service', 'kill-inventory-service', 'kill-broker', 'kill-postgres', 'poison', 'duplicate'];

/** Prints how many copies of what it reads of each expensive kind of poison a sabotaged lib keeps. */
const COUNT_KEPT = `
  const [{ decodeCloudEvent }, { makePoison }] = await Promise.all([import(process.argv[1]), import(process.argv[2])]);
  const kept = JSON.parse(process.argv[3]).map((kind) => {
    const { value, ...message } = makePoison({ kind, number: 'n' });
    globalThis.kept = [];
    try {
      decodeCloudEvent({ ...message, key: null, timestamp: '0', value: Buffer.from(value) }, class {});
    } catch {
      // Bad input, as it should be.
    }
    return globalThis.kept.length;
  });
  console.log(JSON.stringify(kept));
`;

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
      ['--disable-warning=TimeoutNegativeWarning', CHAOS, ...args, '--output', output],
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

  it('keeps every promise while services, a broker and Postgres are killed, and poison and duplicates come', async () => {
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

  it('names what an event that is handled twice violates, and how to repeat the run', async () => {
    const { code, lines, report } = await chaos('sabotaged', [
      ...['--sabotage', 'inbox-off', '--minutes', '0.3', '--rate', '30', '--replicas', '1'],
    ]);
    expect(code).toBe(1);
    expect(new Set(report.struck.map(({ fault }) => fault))).toEqual(new Set(['duplicate', 'rewind']));
    expect(report.violations.map(({ check }) => check)).toContain('notifications');
    expect(lines.at(-1)).toContain('npm run chaos -- --seed 1');
  });

  it.each(SABOTAGES.map((sabotage) => [sabotage.name, sabotage] as const))(
    'can make the mistake %s in the services as they are built now',
    async (_, sabotage) => {
      const files = new Set(sabotage.patches.map(({ file }) => file));
      expect(new Set((await patchedFiles(sabotage)).keys())).toEqual(files);
    },
  );

  it('keeps what is read of each expensive ORDER_CREATED, however large, where bad-input-kept is the mistake', async () => {
    const workspace = join(folder, 'bad-input-kept');
    const sabotage = SABOTAGES.find(({ name }) => name === 'bad-input-kept');
    await makeSabotagedWorkspace(sabotage as (typeof SABOTAGES)[number], workspace);
    const kinds = Object.keys(EXPENSIVE_KINDS).filter((kind) => kind.includes('-order-'));
    const modules = [join(workspace, 'libs/messaging/dist/envelope/cloud-event.js'), POISON].map(
      (file) => pathToFileURL(file).href,
    );
    const args = ['--input-type=module', '-e', COUNT_KEPT, ...modules, JSON.stringify(kinds)];
    const kept = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as number[];
    expect(kept).toEqual(kinds.map(() => 10));
  });

  it('plans the same faults for the same seed, and others for another', () => {
    const planOf = (seed: number) =>
      planFaults({ seed, minutes: 5, faults: FAULTS, shape: { replicas: 2, brokers: 3 } });
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7)).not.toEqual(planOf(8));
  });
});
