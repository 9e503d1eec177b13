import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { backoffMs } from '@orderflow/concurrency';
import { ServiceConfig } from '@orderflow/service';

class AnyServiceConfig extends ServiceConfig {}

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

it('docs/how-to/dead-letters.md gives the retry schedule of the defaults', () => {
  const { retryMaxAttempts, retryFirstDelayMs, retryMaxDelayMs } = new AnyServiceConfig();
  const factor = Number(/factor: (\d+)/.exec(read('libs/messaging/src/parking/retry-schedule.ts'))?.[1]);
  const longest = (failures: number) =>
    backoffMs(failures, { firstMs: retryFirstDelayMs, maxMs: retryMaxDelayMs, factor }, 1);
  const inCode = Array.from({ length: retryMaxAttempts - 1 }, (_, n) => longest(n + 1) / 1_000);

  const row = read('docs/how-to/dead-letters.md').match(/^\| the handler throws an error .*$/m)?.[0] ?? '';
  const [, , delays = '', attempts = ''] = row.split('|');
  expect([...delays.matchAll(/[\d.]+/g)].map(Number)).toEqual(inCode);
  expect(Number.parseInt(attempts, 10)).toBe(retryMaxAttempts);
});
