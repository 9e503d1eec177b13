import pg from 'pg';
import { PLENTIFUL_ITEMS } from '../clients/catalogue.ts';
import { oneOf } from '../../load/random.ts';
import { between, type Fault } from './fault.ts';
import type { LockedItem } from './details.ts';

export const outsideLock: Fault<LockedItem> = {
  name: 'outside-lock',
  about: 'a session beside the services locks the row of one item, as a forgotten psql does',
  draw: (random) => ({ itemId: oneOf(random, PLENTIFUL_ITEMS), durationMs: between(random, 90_000, 150_000) }),
  strike: async ({ system }, { itemId }) => {
    const client = new pg.Client({ connectionString: system.urlOfDatabase('inventory-service') });
    client.on('error', () => {}); // Postgres may be killed meanwhile
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM items WHERE item_id = $1 FOR UPDATE', [itemId]);
    return () => client.end();
  },
};
