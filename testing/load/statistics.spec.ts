import { describe, expect, it } from '@jest/globals';
import { median, percentile, quantile } from './statistics.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe('percentile', () => {
  it('is a value that occurs', () => {
    expect([0.5, 0.99, 0.999, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100, 100]);
    expect(percentile([7], 0.5)).toBe(7);
  });

  it('is not a number if there is no value', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('quantile', () => {
  it('lies between the two nearest values, in whatever order they come', () => {
    expect(quantile([4, 1, 2], 0.25)).toBe(1.5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([3, 9, 1])).toBe(3);
  });

  it('is not a number if there is no value', () => {
    expect(median([])).toBeNaN();
  });
});
