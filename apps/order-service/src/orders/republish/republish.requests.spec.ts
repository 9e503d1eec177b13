import { describe, expect, it } from '@jest/globals';
import { BadRequestException } from '@nestjs/common';
import { validatorOf } from '@orderflow/schema';
import { RepublishOrdersRequest, toRepublishFilter } from './republish.requests.js';

const [FROM, TO] = ['2026-01-31T12:00:00Z', '2026-01-31T14:00:00+01:00'];
const validator = validatorOf(RepublishOrdersRequest, { unknownMembers: 'refuse' });

describe('RepublishOrdersRequest', () => {
  it('accepts either undecided orders or a period', () => {
    expect(toRepublishFilter({ status: 'PENDING' })).toEqual({ status: 'PENDING' });
    expect(toRepublishFilter({ from: FROM, to: TO })).toEqual({ from: new Date(FROM), to: new Date(TO) });
  });

  it.each([
    {},
    { from: FROM },
    { to: TO },
    { from: FROM, to: FROM },
    { status: 'PENDING' as const, from: FROM, to: TO },
  ])('rejects the combination %j', (request) => {
    expect(() => toRepublishFilter(request)).toThrow(BadRequestException);
  });

  it.each([{ status: 'CONFIRMED' }, { from: 'today' }, { to: '2026-02-30T00:00:00Z' }, { after: '7' }, { all: true }])(
    'rejects %j',
    (request) => {
      expect(validator.violationsOf(request)).not.toEqual([]);
    },
  );
});
