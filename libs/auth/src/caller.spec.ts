import { describe, expect, it } from '@jest/globals';
import { actorOf, ANYONE, customerWithin, reaches } from './caller.js';

const bound = { ...ANYONE, subject: 'anna', customerId: 'CUST-1' };
const staff = { ...ANYONE, subject: 'anyone' };

describe('a caller', () => {
  it('who is bound to a customer reaches only that one', () => {
    expect(['CUST-1', 'CUST-2', 'cust-1', ''].map((id) => reaches(bound, id))).toEqual([true, false, false, false]);
    expect(reaches(staff, 'CUST-2')).toBe(true);
  });

  it.each([
    ['the own customer', bound, undefined, 'CUST-1'],
    ['the own customer, if asked for', bound, 'CUST-1', 'CUST-1'],
    ['no customer, if asked for another one', bound, 'CUST-2', ''],
    ['all customers, if not bound', staff, undefined, undefined],
    ['any customer, if not bound', staff, 'CUST-2', 'CUST-2'],
  ])('is shown the rows of %s', (_, caller, requested, expected) => {
    expect(customerWithin(caller, requested)).toBe(expected);
  });

  it('is the actor of what it does, if callers are authenticated', () => {
    expect([bound, staff, ANYONE].map(actorOf)).toEqual(['anna', 'anyone', null]);
  });
});
