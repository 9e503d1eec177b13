import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { IsInstantText } from './instant.js';
import { IsInstantAfterFrom, periodOf } from './period.js';

class Stay {
  @IsInstantText()
  from!: string;

  @IsInstantAfterFrom()
  to!: string;
}

const NOON = '2026-01-31T12:00:00Z';
const detailsOf = (stay: object) =>
  validatorOf(Stay, { unknownMembers: 'refuse' }).violationsOf(stay).map(({ pointer, detail }) => `${pointer}: ${detail}`); // prettier-ignore

describe('a period', () => {
  it('has instants of any offset, in upper or lower case', () => {
    const stay = { from: '2026-01-31t12:00:00z', to: '2026-01-31T14:00:00+01:00' };
    expect(detailsOf(stay)).toEqual([]);
    expect(periodOf(stay)).toEqual({ from: new Date(NOON), to: new Date('2026-01-31T13:00:00Z') });
  });

  it.each([NOON, '2026-01-31T11:59:59Z', '2026-01-31T12:30:00+01:00'])(
    'that starts at noon does not end at %s',
    (to) => {
      expect(detailsOf({ from: NOON, to })).toEqual(['#/to: to must be later than from']);
    },
  );

  it('with a bad instant has one violation for each', () => {
    expect(detailsOf({ from: 'noon', to: NOON })).toEqual([expect.stringContaining('#/from: from must be a date')]);
    expect(detailsOf({ from: NOON, to: 'later' })).toEqual([expect.stringContaining('#/to: to must be a date')]);
  });
});
