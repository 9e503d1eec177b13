import { describe, expect, it } from '@jest/globals';
import { cutText } from './cut-text.js';

describe('cutText', () => {
  it('leaves what is short enough', () => {
    expect(cutText('ORDER_CREATED', 13)).toBe('ORDER_CREATED');
  });

  it.each([1, 2, 3, 4, 5])('never leaves half a surrogate, cut at %i', (length) => {
    const cut = cutText('😀😀😀', length);
    expect(Buffer.from(cut).toString()).toBe(cut);
    expect(cut.length).toBeLessThanOrEqual(length);
  });
});
