import { Injectable } from '@nestjs/common';
import { Database, pageOfIndex, type Transaction } from '@orderflow/postgres';
import type { StockItem } from './stock-item.js';

export type NewItem = Pick<StockItem, 'itemId' | 'name' | 'onHand' | 'lowStockThreshold'>;

const COLUMNS = `item_id AS "itemId", name, on_hand AS "onHand", reserved, on_hand - reserved AS available,
  low_stock_threshold AS "lowStockThreshold", updated_at AS "updatedAt", revision`;

@Injectable()
export class StockRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined if the item already exists */
  async insert(tx: Transaction, { itemId, name, onHand, lowStockThreshold }: NewItem): Promise<StockItem | undefined> {
    const [item] = await tx.query<StockItem & object>(
      `INSERT INTO items (item_id, name, on_hand, low_stock_threshold) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [itemId, name, onHand, lowStockThreshold],
    );
    return item;
  }

  /** The item, if it exists, locked until the transaction ends. */
  async lock(tx: Transaction, itemId: string): Promise<StockItem | undefined> {
    const [item] = await tx.query<StockItem & object>(
      `SELECT ${COLUMNS} FROM items WHERE item_id = $1 FOR NO KEY UPDATE`,
      [itemId],
    );
    return item;
  }

  /** Writes what clients may change about an item that exists, as its next revision. */
  async change(
    tx: Transaction,
    { itemId, name, lowStockThreshold }: Pick<StockItem, 'itemId' | 'name' | 'lowStockThreshold'>,
  ): Promise<StockItem> {
    const [item] = await tx.query<StockItem & object>(
      `UPDATE items SET name = $2, low_stock_threshold = $3, revision = revision + 1, updated_at = now()
       WHERE item_id = $1 RETURNING ${COLUMNS}`,
      [itemId, name, lowStockThreshold],
    );
    return item as StockItem;
  }

  async find(itemId: string): Promise<StockItem | undefined> {
    const [item] = await this.database.query<StockItem & object>(`SELECT ${COLUMNS} FROM items WHERE item_id = $1`, [
      itemId,
    ]);
    return item;
  }

  /** Sorted by item id. @param after the last item of the previous page */
  list({ after, limit }: { after: string | null; limit: number }): Promise<StockItem[]> {
    const { sql, parameters } = pageOfIndex({
      table: 'items',
      select: COLUMNS,
      key: 'item_id',
      keyType: 'text',
      order: 'ASC',
      above: after,
      limit,
    });
    return this.database.query<StockItem & object>(sql, parameters);
  }
}
