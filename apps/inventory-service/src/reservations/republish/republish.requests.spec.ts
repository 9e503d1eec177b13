import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { RepublishReservationsRequest, toRepublishFilter } from './republish.requests.js';

const [from, to] = ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00Z'];
const validator = validatorOf(RepublishReservationsRequest, { unknownMembers: 'refuse' });
const pointersOf = (request: object) => validator.violationsOf(request).map(({ pointer }) => pointer);

describe('RepublishReservationsRequest', () => {
  it('accepts a period, and the order after which to continue', () => {
    expect(pointersOf({ from, to, after: 'o-1' })).toEqual([]);
    expect(toRepublishFilter({ from, to, after: 'o-1' })).toEqual({
      from: new Date(from),
      to: new Date(to),
      after: 'o-1',
    });
  });

  it.each<[object, string[]]>([
    [{}, ['#/from', '#/to']],
    [{ from }, ['#/to']],
    [{ from, to: '2026-02-30T00:00:00Z' }, ['#/to']],
    [{ from: to, to: from }, ['#/to']],
    [{ from, to, after: 'a b' }, ['#/after']],
    [{ from, to, status: 'PENDING' }, ['#/status']],
  ])('rejects %j', (request, pointers) => {
    expect(pointersOf(request)).toEqual(pointers);
  });
});
