import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

describe('retryAfterMs', () => {
  it('grows with each failure to at most five minutes, with jitter', () => {
    expect([1, 2, 3, 9, 10, 11].map((attempts) => retryAfterMs(attempts, 1))).toEqual([
      1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
    ]);
    expect(retryAfterMs(3, 0)).toBe(2_000);
  });

  it('is undefined after twelve attempts', () => {
    expect([12, 13].map((attempts) => retryAfterMs(attempts))).toEqual([undefined, undefined]);
  });
});
