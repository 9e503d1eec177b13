import { openDatabase } from './database.ts';
import { groupCommit } from './group-commit.ts';
import { serve } from '../http.ts';
import { consume, openProducer, type Event } from './kafka.ts';
import { columnsOf, openOutbox } from './outbox.ts';
import { uuidv7 } from '../uuid.ts';

const DEDUPLICATE = `
  INSERT INTO inbox (event_id) SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id AS "eventId"`;
const LOCK = `
  SELECT item_id AS "itemId", on_hand - reserved AS available FROM items WHERE item_id = ANY ($1) ORDER BY item_id FOR UPDATE`;
const WRITE = `
  WITH deleted AS (DELETE FROM outbox WHERE event_id = ANY ($1::uuid[])),
  reserved AS (UPDATE items SET reserved = reserved + taken.quantity
               FROM unnest($2::text[], $3::integer[]) AS taken (item_id, quantity) WHERE items.item_id = taken.item_id)
  INSERT INTO outbox (event_id, key, type, value) SELECT * FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[])`;

interface Line {
  itemId: string;
  quantity: number;
}

interface Order {
  orderId: string;
  customerId: string;
  items: Line[];
}

const database = await openDatabase();
const outbox = await openOutbox(database, await openProducer('inventory-events'));

/** One transaction in two round trips: pipelined, BEGIN goes with the first reads, and the last write with COMMIT. */
const reservations = groupCommit<Event>(async (batch) => {
  try {
    const orders = new Map(batch.map(({ eventId, value }) => [eventId, JSON.parse(value) as Order]));
    const itemIds = new Set([...orders.values()].flatMap(({ items }) => items.map(({ itemId }) => itemId)));
    const [, fresh, stock] = await Promise.all([
      database.query('BEGIN'),
      database.query<Event>({ name: 'deduplicate', text: DEDUPLICATE, values: [[...orders.keys()]] }),
      database.query<{ itemId: string; available: number }>({ name: 'lock', text: LOCK, values: [[...itemIds]] }),
    ]);
    const isFresh = new Set(fresh.rows.map(({ eventId }) => eventId));
    const available = new Map(stock.rows.map((item) => [item.itemId, item.available]));
    const taken = new Map<string, number>();
    const replies = [...orders].flatMap(([id, order]) =>
      isFresh.has(id) ? [reserve(order, { available, taken })] : [],
    );
    const values = [outbox.takePublished(), [...taken.keys()], [...taken.values()], ...columnsOf(replies)];
    await Promise.all([database.query({ name: 'write', text: WRITE, values }), database.query('COMMIT')]);
    outbox.publish(replies);
  } catch (error) {
    await database.query('ROLLBACK');
    throw error;
  }
});

/** All of the order or nothing. */
function reserve(
  { orderId, customerId, items }: Order,
  { available, taken }: { available: Map<string, number>; taken: Map<string, number> },
): Event {
  const isThere = items.every(({ itemId, quantity }) => quantity <= (available.get(itemId) ?? 0));
  for (const { itemId, quantity } of isThere ? items : []) {
    available.set(itemId, (available.get(itemId) ?? 0) - quantity);
    taken.set(itemId, (taken.get(itemId) ?? 0) + quantity);
  }
  const type = isThere ? 'INVENTORY_RESERVED' : 'INVENTORY_INSUFFICIENT';
  return { eventId: uuidv7(), orderId, type, value: JSON.stringify({ orderId, customerId, items }) };
}

await consume('inventory-service', ['order-events'], reservations.add);
serve((_body, _request, response) => void response.writeHead(404).end());
