import { PLENTIFUL_ITEMS } from '../clients/catalogue.mjs';
import { between, oneOf } from './fault.mjs';
import { holdLock } from './hold-lock.mjs';

/** @type {import('./fault.mjs').Fault} */
export const outsideLock = {
  name: 'outside-lock',
  about: 'a session beside the services locks the row of one item, as a forgotten psql does',
  draw: (random) => ({ itemId: oneOf(random, PLENTIFUL_ITEMS), durationMs: between(random, 30_000, 50_000) }),
  strike: ({ system }, { itemId }) =>
    holdLock(system.urlOfDatabase('inventory-service'), 'SELECT FROM items WHERE item_id = $1 FOR UPDATE', [itemId]),
};
