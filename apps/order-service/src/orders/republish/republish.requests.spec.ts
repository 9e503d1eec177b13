import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { RepublishOrdersRequest, toRepublishFilter } from './republish.requests.js';

const [FROM, TO] = ['2026-01-31T12:00:00Z', '2026-01-31T14:00:00+01:00'];
const validator = validatorOf(RepublishOrdersRequest, { unknownMembers: 'refuse' });

describe('RepublishOrdersRequest', () => {
  const violationsOf = (request: object) => validator.violationsOf(request);

  it('accepts either undecided orders or a period', () => {
    for (const request of [{ status: 'PENDING' }, { from: FROM, to: TO }, { status: null, from: FROM, to: TO }])
      expect(violationsOf(request)).toEqual([]);
    expect(toRepublishFilter({ status: 'PENDING' })).toEqual({ status: 'PENDING' });
    expect(toRepublishFilter({ from: FROM, to: TO })).toEqual({ from: new Date(FROM), to: new Date(TO) });
  });

  it.each([{}, { from: FROM }, { to: TO }, { status: 'PENDING', from: FROM, to: TO }, { status: null, to: TO }])(
    'rejects the combination %j',
    (request) => {
      expect(violationsOf(request)).toEqual([{ pointer: '#', detail: 'give either status, or both from and to' }]);
    },
  );

  it('rejects a period that ends when it begins', () => {
    expect(violationsOf({ from: FROM, to: FROM })).toMatchObject([{ pointer: '#/to' }]);
  });

  it.each([{ status: 'CONFIRMED' }, { from: 'today' }, { to: '2026-02-30T00:00:00Z' }, { after: '7' }, { all: true }])(
    'rejects %j',
    (request) => {
      expect(violationsOf(request)).not.toEqual([]);
    },
  );
});
