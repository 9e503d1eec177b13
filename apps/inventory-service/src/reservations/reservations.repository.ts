import { Injectable } from '@nestjs/common';
import type { Transaction } from '@orderflow/postgres';
import type { Demand, StockLevel } from './domain/reserve.js';

@Injectable()
export class ReservationsRepository {
  /** The stock of those items that exist, locked until the transaction ends; in one order everywhere, so that nothing deadlocks. */
  async lockStock(tx: Transaction, itemIds: readonly string[]): Promise<StockLevel[]> {
    return tx.query<{ itemId: string; onHand: number; reserved: number; lowStockThreshold: number }>(
      `SELECT item_id AS "itemId", on_hand AS "onHand", reserved, low_stock_threshold AS "lowStockThreshold"
       FROM items WHERE item_id = ANY($1::text[]) ORDER BY item_id FOR NO KEY UPDATE`,
      [itemIds],
    );
  }

  /** @param increases by how many pieces `reserved` rises, the sum of what `held` holds */
  async hold(tx: Transaction, held: readonly Demand[], increases: ReadonlyMap<string, number>): Promise<void> {
    if (held.length === 0) return;
    await tx.query(
      `WITH raised AS (
         UPDATE items SET reserved = reserved + raise.quantity, updated_at = now()
         FROM unnest($1::text[], $2::int[]) AS raise(item_id, quantity)
         WHERE items.item_id = raise.item_id
       )
       INSERT INTO reservations (order_id, customer_id, items, status)
       SELECT order_id, customer_id, items, 'HELD' FROM unnest($3::text[], $4::text[], $5::jsonb[]) AS held(order_id, customer_id, items)`,
      [
        [...increases.keys()],
        [...increases.values()],
        held.map(({ orderId }) => orderId),
        held.map(({ customerId }) => customerId),
        held.map(({ items }) => JSON.stringify(items)),
      ],
    );
  }
}
