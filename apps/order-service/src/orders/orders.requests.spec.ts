import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import fc from 'fast-check';
import { PlaceOrderRequest } from './orders.requests.js';

const errorsOf = (currency: unknown) =>
  validatorOf(PlaceOrderRequest, { unknownMembers: 'refuse' }).violationsOf({
    customerId: 'CUST-1',
    items: [{ itemId: 'ITEM-001', quantity: 1 }],
    totalAmount: 1,
    currency,
  });

it.each(['EUR', 'XCG', 'ZWG', 'VED'])('accepts the currency %s', (currency) => {
  expect(errorsOf(currency)).toEqual([]);
});

it.each(['eur', 'Eur', 'EURO', 'XXL', 'DEM', 'ＥＵＲ', '', 978])('rejects the currency %s', (currency) => {
  expect(errorsOf(currency)).toMatchObject([{ pointer: '#/currency' }]);
});

describe('an amount', () => {
  const violationsOf = (totalAmount: number, currency?: string) =>
    validatorOf(PlaceOrderRequest, { unknownMembers: 'refuse' })
      .violationsOf({ customerId: 'CUST-1', items: [{ itemId: 'ITEM-001', quantity: 1 }], totalAmount, currency })
      .map(({ pointer }) => pointer);

  it.each([
    [2500.25, undefined],
    [0.1, 'EUR'],
    [99_999_999_999.99, 'EUR'],
    [100_000_000_000, 'JPY'],
    [99_999_999_999.999, 'KWD'],
    [99_999_999_999.9999, 'CLF'],
    [0.01, 'XAU'],
  ])('of %d %s has no more decimals than its currency', (amount, currency) => {
    expect(violationsOf(amount, currency)).toEqual([]);
    expect(JSON.parse(JSON.stringify(amount))).toBe(amount);
  });

  it.each([
    [2500.255, undefined],
    [0.001, 'EUR'],
    [1e-7, 'EUR'],
    [0.5, 'JPY'],
    [1.0001, 'KWD'],
    [0.00001, 'CLF'],
    [99_999_999_999.999, 'USD'],
    [100_000_000_000.01, 'USD'],
    [-1, 'USD'],
  ])('of %d %s is rejected', (amount, currency) => {
    expect(violationsOf(amount, currency)).toEqual(['#/totalAmount']);
  });

  it('has the digits that its cents have', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999_999 }), (cents) => {
        const text = `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        expect(violationsOf(JSON.parse(text) as number, 'EUR')).toEqual([]);
        expect((JSON.parse(text) as number).toFixed(2)).toBe(text);
      }),
    );
  });
});

it('reports items that are not objects once, not as duplicates as well', () => {
  const order = { customerId: 'CUST-1', items: ['ITEM-001', null], totalAmount: 1 };
  const pointers = validatorOf(PlaceOrderRequest, { unknownMembers: 'refuse' })
    .violationsOf(order)
    .map(({ pointer }) => pointer);
  expect(pointers).toEqual(['#/items/0', '#/items/1']);
});
