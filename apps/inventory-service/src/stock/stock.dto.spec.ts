import { expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { CreateItemRequest } from './stock.dto.js';

const errorsOf = (itemId: string) =>
  validatorOf(CreateItemRequest, { unknownMembers: 'refuse' }).violationsOf({ itemId, name: 'Tea pot' });

it.each(['.', '..'])('an item is not called %s, which no address can end with', (itemId) => {
  expect(errorsOf(itemId)).toEqual([{ pointer: '#/itemId', detail: 'itemId must not be . or ..' }]);
});

it.each(['...', 'a.', '.a', 'a/b', '%2e%2e'])('an item may be called %s', (itemId) => {
  expect(errorsOf(itemId)).toEqual([]);
});
