import { describe, expect, it } from '@jest/globals';
import { eventKey } from './event-key.js';

const TIME_ORDERED = ['01997b6e-52a0-7c3d-8f00-0123456789ab', '01997b6e-52a0-8c3d-8f00-0123456789ab'];
const OTHERS = ['id-1', '01997b6e-52a0-4c3d-8f00-0123456789ab', 'x01997b6e-52a0-7c3d-8f00-0123456789ab'];

describe('eventKey', () => {
  it.each([...TIME_ORDERED, ...OTHERS])('is a stable UUID for %s', (id) => {
    const key = eventKey('shop', { source: '/test', id });
    expect(key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(eventKey('shop', { source: '/test', id })).toBe(key);
  });

  it('begins with the time of an id that does, and only of such an id', () => {
    const starts = [...TIME_ORDERED, ...OTHERS].map((id) => eventKey('shop', { source: '/test', id }).slice(0, 13));
    expect(starts.map((start) => start === '01997b6e-52a0')).toEqual([true, true, false, false, false]);
  });

  it('differs for each group, source and id, wherever one ends and the next begins', () => {
    const keys = ['shop', 'sho'].flatMap((group) =>
      ['/test', 'p/test', 'p/tes'].flatMap((source) =>
        [...TIME_ORDERED, ...OTHERS, 't'].map((id) => eventKey(group, { source, id })),
      ),
    );
    expect(new Set(keys).size).toBe(36);
  });
});
