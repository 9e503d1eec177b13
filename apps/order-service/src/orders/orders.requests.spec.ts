import { expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
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

it('reports items that are not objects once, not as duplicates as well', () => {
  const order = { customerId: 'CUST-1', items: ['ITEM-001', null], totalAmount: 1 };
  const pointers = validatorOf(PlaceOrderRequest, { unknownMembers: 'refuse' })
    .violationsOf(order)
    .map(({ pointer }) => pointer);
  expect(pointers).toEqual(['#/items/0', '#/items/1']);
});
