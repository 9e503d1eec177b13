import { describe, expect, it } from '@jest/globals';
import { BadRequestException } from '@nestjs/common';
import { periodOf } from './period.js';

const NOON = '2026-01-31T12:00:00Z';

describe('periodOf', () => {
  it('reads instants of any offset, in upper or lower case', () => {
    expect(periodOf({ from: '2026-01-31t12:00:00z', to: '2026-01-31T14:00:00+01:00' })).toEqual({
      from: new Date(NOON),
      to: new Date('2026-01-31T13:00:00Z'),
    });
  });

  it.each([NOON, '2026-01-31T11:59:59Z', '2026-01-31T12:30:00+01:00'])(
    'rejects an end at %s for a start at noon',
    (to) => {
      expect(() => periodOf({ from: NOON, to })).toThrow(BadRequestException);
    },
  );
});
