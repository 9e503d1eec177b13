import { describe, expect, it } from '@jest/globals';
import { cutText } from './cut-text.js';

describe('cutText', () => {
  it('leaves a short text unchanged', () => {
    expect(cutText('ORDER_CREATED', 13)).toBe('ORDER_CREATED');
  });

  it.each([1, 2, 3, 4, 5])('never cuts a surrogate pair in half, cut at %i', (length) => {
    const cut = cutText('😀😀😀', length);
    expect(Buffer.from(cut).toString()).toBe(cut);
    expect(cut.length).toBeLessThanOrEqual(length);
  });
});
