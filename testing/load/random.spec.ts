import { describe, expect, it } from '@jest/globals';
import { oneOf, randomNumbers } from './random.ts';

describe('randomNumbers', () => {
  it('are the same for the same seed, others for another, and in [0, 1)', () => {
    const draw = (seed: number) => Array.from({ length: 100 }, randomNumbers(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((drawn) => drawn >= 0 && drawn < 1)).toBe(true);
  });
});

describe('oneOf', () => {
  it('draws from the whole list, and refuses an empty one', () => {
    expect([0, 0.5, 0.999].map((drawn) => oneOf(() => drawn, ['a', 'b', 'c']))).toEqual(['a', 'b', 'c']);
    expect(() => oneOf(() => 0, [])).toThrow(RangeError);
  });
});
