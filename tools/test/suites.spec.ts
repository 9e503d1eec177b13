import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { countAll, describeFailures, describeSuite, Suites } from './suites.mjs';

const passed = { target: 'test', name: 'events', seconds: 1.25, passed: 3, failed: 0, skipped: 0, failures: [] };
const failed = {
  ...{ target: 'e2e', name: 'outages', seconds: 61, passed: 1, failed: 1, skipped: 1 },
  failures: [{ file: 'apps/e2e/src/outages.e2e.spec.ts', tests: ['waits'], message: 'Expected: 1', log: 'its line' }],
};

describe('what npm test shows', () => {
  it('is one line for a suite that passes', () => {
    expect(describeSuite(passed)).toMatch(/^unit +events +1\.3 s {2}3 passed, 0 failed$/);
  });

  it('is the reason and the log below a suite that fails', () => {
    const [line, ...below] = describeSuite(failed).split('\n');
    expect(line).toMatch(/^end-to-end +outages +61\.0 s {2}1 passed, 1 failed, 1 skipped: FAILED$/);
    expect(below.join('\n')).toContain('Expected: 1');
    expect(below.at(-1)).toBe('    its line');
  });

  it('ends with the names of the tests that failed, after the reason of each file', () => {
    const lines = describeFailures([passed, failed]).split('\n');
    expect(lines.at(-1)).toBe('FAILED apps/e2e/src/outages.e2e.spec.ts: waits');
    expect(lines.join('\n')).toContain('Expected: 1');
  });

  it('keeps the names in view, however long the reasons are', () => {
    const long = { ...failed, failures: failed.failures.map((file) => ({ ...file, message: 'line\n'.repeat(1000) })) };
    expect(describeFailures([long]).split('\n').length).toBeLessThan(50);
  });

  it('names a file that cannot be run', () => {
    const broken = { ...failed, failures: failed.failures.map((file) => ({ ...file, tests: [] })) };
    expect(describeFailures([broken])).toMatch(/FAILED apps\/e2e\/src\/outages\.e2e\.spec\.ts: it cannot be run$/);
  });

  it('counts the tests of all suites', () => {
    expect(countAll([passed, failed])).toEqual({ passed: 4, failed: 1, skipped: 1 });
  });
});

describe('Suites', () => {
  it('shows each suite once, as soon as its line is complete', async () => {
    const file = path.join(temporaryFolder(), 'results.jsonl');
    const suites = new Suites(file);
    const shown: string[] = [];
    appendFileSync(file, JSON.stringify(passed));
    expect(suites.readNew()).toEqual([]);
    await suites.during(
      async () => appendFileSync(file, `\n${JSON.stringify(failed)}\n`),
      (text) => void shown.push(text),
    );
    expect(shown).toEqual([describeSuite(passed), describeSuite(failed)]);
    expect(suites.all).toEqual([passed, failed]);
  });
});
