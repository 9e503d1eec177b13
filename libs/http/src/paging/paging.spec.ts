import { describe, expect, it } from '@jest/globals';
import { keyAfter, nextLink, pageOf } from './paging.js';

const letters = ['a', 'b', 'c'];
const isLetter = (key: string) => /^[a-z]$/.test(key);

describe('pageOf', () => {
  it('returns a cursor with which the next page starts after the last entry', () => {
    const { entries, nextCursor } = pageOf(letters, 2, (letter) => letter);
    expect(entries).toEqual(['a', 'b']);
    expect(keyAfter({ limit: 2, cursor: nextCursor as string }, isLetter)).toBe('b');
  });

  it('returns no cursor on the last page', () => {
    expect(pageOf(letters, 3, (letter) => letter).nextCursor).toBeNull();
    expect(pageOf([], 3, String).nextCursor).toBeNull();
  });

  it('returns a cursor where the search stopped, unless the page is full', () => {
    const cursorOf = (limit: number) => pageOf(letters, limit, (letter) => letter, 'z').nextCursor as string;
    const keys = [3, 2].map((limit) => keyAfter({ limit, cursor: cursorOf(limit) }, isLetter));
    expect(keys).toEqual(['z', 'b']);
  });
});

describe('keyAfter', () => {
  it('is null on the first page', () => {
    expect(keyAfter({ limit: 2 }, isLetter)).toBeNull();
  });

  it('rejects a cursor that no list has returned', () => {
    expect(() => keyAfter({ limit: 2, cursor: 'garbage' }, isLetter)).toThrow('Bad Request');
  });
});

describe('nextLink', () => {
  it('is the same request with another cursor', () => {
    expect(nextLink('/items?limit=2&cursor=old', 'new')).toBe('</items?limit=2&cursor=new>; rel="next"');
  });
});
