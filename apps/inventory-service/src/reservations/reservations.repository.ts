import { Injectable } from '@nestjs/common';
import type { Period } from '@orderflow/http';
import { LockedByOthers } from '@orderflow/messaging';
import { Database, lockRows, type Transaction } from '@orderflow/postgres';
import type { Consequences } from './domain/follow.js';
import type { Reservation } from './domain/reservation.js';
import type { StockLevel } from './domain/shelf.js';

export interface KeptReservation extends Reservation {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Reservations that were decided or changed in a period. */
export interface RepublishFilter extends Period {
  /** Only those of orders after this one. */
  readonly after?: string | undefined;
}

const COLUMNS = 'order_id AS "orderId", customer_id AS "customerId", items, status, shortages';
const STOCK = `SELECT item_id AS "itemId", on_hand AS "onHand", reserved, low_stock_threshold AS "lowStockThreshold"
               FROM items WHERE item_id = ANY($1::text[])`;
const LOCK = 'FOR NO KEY UPDATE';
const REASON = 'order fulfilled';

@Injectable()
export class ReservationsRepository {
  constructor(private readonly database: Database) {}

  /** Those of the reservations that exist, locked until the transaction ends; always before the stock, and in one order. */
  lock(tx: Transaction, orderIds: readonly string[]): Promise<Reservation[]> {
    const lockedOut = (locked: readonly string[]) => new LockedByOthers('the reservation', locked);
    const select = `SELECT ${COLUMNS} FROM reservations WHERE order_id = ANY($1::text[]) ORDER BY order_id`;
    return lockRows<Reservation & object>(tx, { select, lock: LOCK, lockedOut }, orderIds);
  }

  /**
   * The stock of those items that exist, locked until the transaction ends; in one order everywhere, so that nothing deadlocks.
   * @param ordersOf who wants an item
   */
  lockStock(
    tx: Transaction,
    itemIds: readonly string[],
    ordersOf: (itemId: string) => readonly string[],
  ): Promise<StockLevel[]> {
    const lockedOut = (locked: readonly string[]) =>
      new LockedByOthers(`the stock of ${locked.join(', ')}`, locked.flatMap(ordersOf));
    const select = `${STOCK} ORDER BY item_id`;
    return lockRows<StockLevel & object>(tx, { select, lock: LOCK, lockedOut }, itemIds);
  }

  /** The stock of those items that exist, as it is at the moment. */
  stockOf(tx: Transaction, itemIds: readonly string[]): Promise<StockLevel[]> {
    return tx.query<StockLevel & object>(STOCK, [itemIds]);
  }

  /** In the order of ids. All of the period are found by the index first: the order of ids tells no time. */
  async idsToRepublish({ from, to, after = '' }: RepublishFilter, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ order_id: string }>(
      `WITH told AS MATERIALIZED (
         SELECT order_id FROM reservations
         WHERE (created_at >= $1 AND created_at < $2 OR updated_at >= $1 AND updated_at < $2) AND status <> 'CANCELLED'
       )
       SELECT order_id FROM told WHERE order_id > $3 COLLATE "C" ORDER BY order_id LIMIT $4`,
      [from, to, after, limit],
    );
    return rows.map(({ order_id }) => order_id);
  }

  /**
   * Writes what was decided over the rows that this transaction has locked. Another transaction that has meanwhile
   * opened one of the `opened` reservations makes it fail (23505), and nothing is written: decide again.
   */
  async write(tx: Transaction, { opened, changed, stockChanges, movements }: Consequences): Promise<void> {
    if (opened.length + changed.length === 0) return;
    await tx.query(
      `WITH restocked AS (
         UPDATE items SET on_hand = items.on_hand + change.on_hand, reserved = items.reserved + change.reserved, updated_at = now()
         FROM unnest($1::text[], $2::int[], $3::int[]) AS change(item_id, on_hand, reserved)
         WHERE items.item_id = change.item_id
       ), moved AS (
         INSERT INTO movements (item_id, delta, reason, order_id)
         SELECT item_id, delta, '${REASON}', order_id
         FROM unnest($4::text[], $5::int[], $6::text[]) WITH ORDINALITY AS movement(item_id, delta, order_id, n) ORDER BY n
       ), changed AS (
         UPDATE reservations SET status = change.status, shortages = change.shortages, updated_at = now()
         FROM unnest($7::text[], $8::text[], $9::jsonb[]) AS change(order_id, status, shortages)
         WHERE reservations.order_id = change.order_id
       )
       INSERT INTO reservations (order_id, customer_id, items, status, shortages)
       SELECT * FROM unnest($10::text[], $11::text[], $12::jsonb[], $13::text[], $14::jsonb[])
         AS opened(order_id, customer_id, items, status, shortages)
       ORDER BY order_id`,
      [
        stockChanges.map(({ itemId }) => itemId),
        stockChanges.map(({ onHand }) => onHand),
        stockChanges.map(({ reserved }) => reserved),
        movements.map(({ itemId }) => itemId),
        movements.map(({ delta }) => delta),
        movements.map(({ orderId }) => orderId),
        changed.map(({ orderId }) => orderId),
        changed.map(({ status }) => status),
        changed.map(({ shortages }) => shortages && JSON.stringify(shortages)),
        opened.map(({ orderId }) => orderId),
        opened.map(({ customerId }) => customerId),
        opened.map(({ items }) => JSON.stringify(items)),
        opened.map(({ status }) => status),
        opened.map(({ shortages }) => shortages && JSON.stringify(shortages)),
      ],
    );
  }

  async find(orderId: string): Promise<KeptReservation | undefined> {
    const [reservation] = await this.database.query<KeptReservation & object>(
      `SELECT ${COLUMNS}, created_at AS "createdAt", updated_at AS "updatedAt" FROM reservations WHERE order_id = $1`,
      [orderId],
    );
    return reservation;
  }
}
