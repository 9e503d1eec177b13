import pg from 'pg';
import type { PlannedItem } from '../../load/plan.ts';
import type { Stage } from '../stage.ts';
import type { Books } from './contender.ts';

/**
 * Reads the tables that the durable contenders have in common: `orders (status)`, `items (item_id, on_hand, reserved)` and
 * `notifications (status)`.
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
  const count = async (client: pg.Client, from: string) => {
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`);
    return rows[0]?.count ?? NaN;
  };
  return {
    addStock: async (items) => void (await addStock(items, inventory)),
    readStock: async (itemIds) => {
      const columns = 'item_id AS "itemId", on_hand AS "onHand", reserved';
      const { rows } = await inventory.query(`SELECT ${columns} FROM items WHERE item_id = ANY ($1)`, [itemIds]);
      return rows;
    },
    countPending: () => count(orders, `orders WHERE status = 'PENDING'`),
    countNotifications: () => count(notifications, `notifications WHERE status = 'SENT'`),
    close: async () => void (await Promise.all([orders, inventory, notifications].map((client) => client.end()))),
  };
}
