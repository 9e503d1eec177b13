import { describe, expect, it } from '@jest/globals';
import { delayAfter } from './retry-schedule.js';

const schedule = { maxAttempts: 5, firstDelayMs: 100, maxDelayMs: 3_000 };

describe('delayAfter', () => {
  it('grows fourfold up to its limit, and is undefined after the last attempt', () => {
    const delays = [1, 2, 3, 4, 5].map((attempts) => delayAfter(attempts, schedule, 1));
    expect(delays).toEqual([100, 400, 1_600, 3_000, undefined]);
  });
});
