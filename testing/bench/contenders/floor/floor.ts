import pg from 'pg';
import type { Stage } from '../../stage.ts';
import type { Contender } from '../contender.ts';
import { createTopics } from '../create-topics.ts';
import { openSqlBooks } from '../sql-books.ts';
import { startScriptsOf } from '../start-script.ts';
import { SCHEMA } from './schema.ts';

const ADD_STOCK = 'INSERT INTO items (item_id, on_hand) SELECT * FROM unnest($1::text[], $2::integer[])';

/** The least durable work possible: raw `node:http`, `pg` and `kafkajs`, tuned, and no features. */
export const floor: Contender = {
  name: 'floor',
  startService: startScriptsOf(new URL('.', import.meta.url)),
  variables: () => ({}),
  prepare: async (stage) => {
    await createTopics(stage);
    for (const [database, schema] of Object.entries(SCHEMA)) await execute(stage, database, schema);
  },
  openBooks: (_running, stage) =>
    openSqlBooks(stage, (items, inventory) =>
      inventory.query(ADD_STOCK, [items.map(({ itemId }) => itemId), items.map(({ onHand }) => onHand)]),
    ),
};

async function execute({ postgres }: Stage, database: string, sql: string) {
  const client = new pg.Client({ connectionString: postgres.url(database) });
  await client.connect();
  await client.query(sql);
  await client.end();
}
