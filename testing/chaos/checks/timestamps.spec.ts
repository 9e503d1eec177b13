import { describe, expect, it } from '@jest/globals';
import { checkTimestamps } from './timestamps.ts';

describe('checkTimestamps', () => {
  const span = { from: 1_000_000, to: 2_000_000 };
  const check = (at: number) =>
    checkTimestamps({
      span,
      events: new Map([['o', [{ type: 'ORDER_CREATED', topic: 't', partition: 0, offset: 1, at }]]]),
    } as never);

  it.each([-7_200_000, 7_200_000])('finds an event with the time of a clock that is %i ms wrong', (skewMs) => {
    expect(check(1_500_000 + skewMs)).toMatchObject([{ check: 'timestamps', orderId: 'o' }]);
  });

  it('passes an event with a time within the run', () => {
    expect([...check(1_000_000), ...check(2_000_000)]).toEqual([]);
  });
});
