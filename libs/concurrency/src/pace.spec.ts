import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Pace, type PaceOptions } from './pace.js';

/** @returns how long it pauses after a run that took `tookMs` */
async function pauseAfter(tookMs: number, options: PaceOptions): Promise<number> {
  const pace = new Pace(options);
  pace.start();
  jest.advanceTimersByTime(tookMs);
  let isOver = false;
  const pause = pace.pause().then(() => (isOver = true));
  await jest.advanceTimersByTimeAsync(0);
  let pausedMs = 0;
  for (; !isOver && pausedMs < 100; pausedMs += 1) await jest.advanceTimersByTimeAsync(1);
  await pause;
  return pausedMs;
}

describe('Pace', () => {
  beforeEach(() => void jest.useFakeTimers({ advanceTimers: false }));
  afterEach(() => void jest.useRealTimers());

  it('pauses until the shortest interval after the start', async () => {
    expect(await pauseAfter(4, { leastMs: 10 })).toBe(6);
  });

  it('pauses for as long as the run took, up to the longest interval', async () => {
    expect(await pauseAfter(15, { leastMs: 10, mostMs: 40 })).toBe(15);
    expect(await pauseAfter(25, { leastMs: 10, mostMs: 40 })).toBe(15);
  });

  it.each([
    ['the interval is over', 10, { leastMs: 10 }],
    ['the longest interval is over', 40, { leastMs: 10, mostMs: 40 }],
  ])('does not pause if %s', async (_, tookMs, options) => {
    expect(await pauseAfter(tookMs, options)).toBe(0);
  });

  it('does not pause before the first run', async () => {
    await new Pace({ leastMs: 10, mostMs: 40 }).pause();
  });
});
