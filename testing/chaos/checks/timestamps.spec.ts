import { describe, expect, it } from '@jest/globals';
import { checkTimestamps } from './timestamps.ts';

describe('checkTimestamps', () => {
  const span = { from: 1_000_000, to: 2_000_000 };
  const check = (at: number) =>
    checkTimestamps({
      span,
      events: new Map([['o', [{ type: 'ORDER_CREATED', topic: 't', partition: 0, offset: 1, at }]]]),
    } as never);

  it.each([-7_200_000, 7_200_000])('names an event that is published with the time of a clock %i ms off', (skewMs) => {
    expect(check(1_500_000 + skewMs)).toMatchObject([{ check: 'timestamps', orderId: 'o' }]);
  });

  it('lets pass what has a time of the run', () => {
    expect([...check(1_000_000), ...check(2_000_000)]).toEqual([]);
  });
});
