import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';

describe('a skewed clock', () => {
  it.each([-7_200_000, 7_200_000])('is %i ms off, and reads given dates as they are', (skewMs) => {
    const preload = new URL('skewed-clock.ts', import.meta.url).href;
    const print =
      'console.log(JSON.stringify([Date.now(), +new Date(), +new Date(5), new Date(0).toISOString(), new Date(2026, 0).getMonth()]))';
    const before = Date.now();
    const env = { ...process.env, CHAOS_CLOCK_SKEW_MS: String(skewMs) };
    const output = execFileSync(process.execPath, [`--import=${preload}`, '-e', print], { env, encoding: 'utf8' });
    const [now, made, ...given] = JSON.parse(output) as [number, number, ...unknown[]];
    for (const time of [now, made]) {
      expect(time - skewMs).toBeGreaterThanOrEqual(before);
      expect(time - skewMs).toBeLessThanOrEqual(Date.now());
    }
    expect(given).toEqual([5, '1970-01-01T00:00:00.000Z', 0]);
  });
});
