import { describe, expect, it } from '@jest/globals';
import { ANYONE, type Caller } from '@orderflow/auth';
import { Places } from './places.js';

const caller = (subject: string, customerId?: string): Caller => ({ ...ANYONE, subject, customerId });
/** How many places a caller gets. */
function takeAll(places: Places, who: Caller | undefined): (() => void)[] {
  const taken: (() => void)[] = [];
  for (let place = places.take(who); place; place = places.take(who)) taken.push(place);
  return taken;
}

describe('places', () => {
  it.each([
    ['all, if callers are not authenticated', ANYONE, 20],
    ['all, on a public route', undefined, 20],
    ['half, if it is not bound to a customer', caller('backend'), 10],
    ['a tenth, if it is', caller('anna', 'CUST-A'), 2],
  ])('one caller gets %s', (_, who, expected) => {
    expect(takeAll(new Places(20), who)).toHaveLength(expected);
  });

  it('are shared by all callers of a customer', () => {
    const places = new Places(20);
    expect(['anna', 'app of anna'].map((subject) => takeAll(places, caller(subject, 'CUST-A')).length)).toEqual([2, 0]);
    expect(takeAll(places, caller('CUST-A'))).toHaveLength(10);
  });

  it('are left for others, until all are taken', () => {
    const places = new Places(20);
    expect(['backend', 'other', 'third'].map((subject) => takeAll(places, caller(subject)).length)).toEqual([
      10, 10, 0,
    ]);
    expect([places.taken, places.take(ANYONE)]).toEqual([20, undefined]);
  });

  it('can be taken again when they were given back', () => {
    const places = new Places(20);
    const anna = caller('anna', 'CUST-A');
    const [first] = takeAll(places, anna);
    first?.();
    expect([takeAll(places, anna).length, places.taken]).toEqual([1, 2]);
  });

  it('are one for each caller at least', () => {
    expect(takeAll(new Places(3), caller('anna', 'CUST-A'))).toHaveLength(1);
  });
});
