import { describe, expect, it } from '@jest/globals';
import { nextLink, pageOf } from './paging.js';

const letters = ['a', 'b', 'c'];

describe('pageOf', () => {
  it('returns a cursor with which the next page starts after the last entry', () => {
    expect(pageOf(letters, 2, (letter) => letter)).toEqual({ entries: ['a', 'b'], nextCursor: 'b' });
  });

  it('returns no cursor on the last page', () => {
    expect(pageOf(letters, 3, (letter) => letter).nextCursor).toBeNull();
    expect(pageOf([], 3, String).nextCursor).toBeNull();
  });

  it('returns a cursor where the search stopped, unless the page is full', () => {
    const cursorOf = (limit: number) => pageOf(letters, limit, (letter) => letter, 'z').nextCursor;
    expect([3, 2].map(cursorOf)).toEqual(['z', 'b']);
  });
});

describe('nextLink', () => {
  it('is the same request with another cursor', () => {
    expect(nextLink('/items?limit=2&cursor=old', 'new')).toBe('</items?limit=2&cursor=new>; rel="next"');
  });
});
