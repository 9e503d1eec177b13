import pg from 'pg';
import type { PlannedItem } from '../../load/plan.ts';
import type { Stage } from '../stage.ts';
import type { Books } from './contender.ts';
import { uuidv7 } from './uuid.ts';

/**
 * Reads the tables that the durable contenders have in common: `orders (order_id, status)`, `items (item_id, on_hand, reserved)` and
 * `notifications (notification_id, status)`, whose ids are UUIDs of version 7. So a look at the new rows does not read the old ones.
 */
export async function openSqlBooks(
  { postgres }: Stage,
  addStock: (items: PlannedItem[], inventory: pg.Client) => Promise<unknown>,
): Promise<Books> {
  const connect = async (database: string) => {
    const client = new pg.Client({ connectionString: postgres.url(database), application_name: 'bench' });
    client.on('error', () => undefined); // its database is dropped some time
    await client.connect();
    return client;
  };
  const [orders, inventory, notifications] = await Promise.all([
    connect('order_service'),
    connect('inventory_service'),
    connect('notification_service'),
  ]);
  const count = async (client: pg.Client, from: string, sinceMs: number) => {
    const values = [uuidv7(sinceMs)];
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`, values);
    return rows[0]?.count ?? NaN;
  };
  return {
    addStock: async (items) => void (await addStock(items, inventory)),
    readStock: async (itemIds) => {
      const columns = 'item_id AS "itemId", on_hand AS "onHand", reserved';
      const { rows } = await inventory.query(`SELECT ${columns} FROM items WHERE item_id = ANY ($1)`, [itemIds]);
      return rows;
    },
    countPending: (sinceMs) => count(orders, `orders WHERE order_id >= $1 AND status = 'PENDING'`, sinceMs),
    countNotifications: (sinceMs) =>
      count(notifications, `notifications WHERE notification_id >= $1 AND status = 'SENT'`, sinceMs),
    close: async () => void (await Promise.all([orders, inventory, notifications].map((client) => client.end()))),
  };
}
