import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

const longest = (factor?: number) =>
  [1, 2, 3, 4].map((failures) => backoffMs(failures, { firstMs: 100, maxMs: 700, factor }, 1));

describe('backoffMs', () => {
  it('grows by its factor up to its maximum', () => {
    expect(longest()).toEqual([100, 200, 400, 700]);
    expect(longest(4)).toEqual([100, 400, 700, 700]);
  });

  it('is spread between half of the delay and all of it', () => {
    const spread = [0, 0.5, 1].map((chance) => backoffMs(1, { firstMs: 100, maxMs: 700 }, chance));
    expect(spread).toEqual([50, 75, 100]);
  });
});
