import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BROKEN_RUNS } from './broken-runs.fixture.ts';
import { checkFulfilled } from './fulfilled.ts';
import { goodRun } from './good-run.fixture.ts';
import { checkAll } from './index.ts';
import { deleteUnread, first } from './parts-of-evidence.fixture.ts';

describe('the checks', () => {
  it('find no violation in a correct run', () => {
    expect(checkAll(goodRun())).toEqual([]);
  });

  it('find no violation if a poison message was deleted before its groups had read it', () => {
    const evidence = goodRun();
    const { offset } = first(evidence.poison).message;
    deleteUnread(evidence, { from: offset, to: offset + 1 });
    Object.assign(evidence, { parked: [], copies: [] });
    expect(checkAll(evidence)).toEqual([]);
  });

  it.each(BROKEN_RUNS)('name it when %s', (_what, check, what, act) => {
    const evidence = goodRun();
    act(evidence);
    expect(checkAll(evidence)).toContainEqual(expect.objectContaining({ check, what }));
  });

  it('each have a case that must fail', () => {
    const folder = new URL('.', import.meta.url);
    const sources = readdirSync(folder).filter((file) => !file.endsWith('.spec.ts'));
    const names = sources.flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/violationsOf\('([\w-]+)'\)/g)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !BROKEN_RUNS.some(([, check]) => check === name))).toEqual([]);
  });
});

describe('two shipments that left together', () => {
  /** The warehouse has seen the end of the order first. */
  function togetherRun(repartitioned: string[]) {
    const run = goodRun();
    const order = run.orders.get('fulfilled');
    const shipment = [{ itemId: 'CUP', quantity: 1 }];
    order?.history.splice(-1, 1, { status: 'PARTIALLY_FULFILLED', at: '', shipment }, { status: 'FULFILLED', at: '', shipment }); // prettier-ignore
    return checkFulfilled({ ...run, repartitioned: new Set(repartitioned) });
  }

  it('are right only if the topic got more partitions', () => {
    expect(togetherRun(['order-events'])).toEqual([]);
    expect(togetherRun([]).map(({ what }) => what)).toEqual(['pieces left that nobody ordered']);
  });
});
