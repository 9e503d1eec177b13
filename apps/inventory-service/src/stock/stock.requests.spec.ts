import { expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { CreateItemRequest } from './stock.requests.js';

const errorsOf = (itemId: string) =>
  validatorOf(CreateItemRequest, { unknownMembers: 'refuse' }).violationsOf({ itemId, name: 'Tea pot' });

it.each(['.', '..'])('rejects the item id %s, which a URL path cannot end with', (itemId) => {
  expect(errorsOf(itemId)).toEqual([{ pointer: '#/itemId', detail: 'itemId must not be . or ..' }]);
});

it.each(['...', 'a.', '.a', 'a/b', '%2e%2e'])('accepts the item id %s', (itemId) => {
  expect(errorsOf(itemId)).toEqual([]);
});
