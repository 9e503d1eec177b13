import { Injectable } from '@nestjs/common';
import { LockedByOthers } from '@orderflow/kafka';
import { Database, lockRows, type Transaction } from '@orderflow/postgres';
import type { Consequences } from './domain/follow.js';
import type { Reservation } from './domain/reservation.js';
import type { StockLevel } from './domain/shelf.js';

export interface KeptReservation extends Reservation {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = 'order_id AS "orderId", customer_id AS "customerId", items, status';
const LOCK = 'FOR NO KEY UPDATE';
const REASON = 'order fulfilled';

@Injectable()
export class ReservationsRepository {
  constructor(private readonly database: Database) {}

  /** Those of the reservations that exist, locked until the transaction ends; always before the stock, and in one order. */
  lock(tx: Transaction, orderIds: readonly string[]): Promise<Reservation[]> {
    const lockedOut = (rows: readonly Reservation[]) =>
      new LockedByOthers(
        'the reservation',
        rows.map(({ orderId }) => orderId),
      );
    const select = `SELECT ${COLUMNS} FROM reservations WHERE order_id = ANY($1::text[]) ORDER BY order_id`;
    return lockRows<Reservation & object>(tx, { select, lock: LOCK, lockedOut }, [orderIds]);
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
    const lockedOut = (rows: readonly StockLevel[]) =>
      new LockedByOthers(
        `the stock of ${rows.map(({ itemId }) => itemId).join(', ')}`,
        rows.flatMap(({ itemId }) => ordersOf(itemId)),
      );
    const select = `SELECT item_id AS "itemId", on_hand AS "onHand", reserved, low_stock_threshold AS "lowStockThreshold"
       FROM items WHERE item_id = ANY($1::text[]) ORDER BY item_id`;
    return lockRows<StockLevel & object>(tx, { select, lock: LOCK, lockedOut }, [itemIds]);
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
         UPDATE reservations SET status = change.status, updated_at = now()
         FROM unnest($7::text[], $8::text[]) AS change(order_id, status)
         WHERE reservations.order_id = change.order_id
       )
       INSERT INTO reservations (order_id, customer_id, items, status)
       SELECT * FROM unnest($9::text[], $10::text[], $11::jsonb[], $12::text[]) AS opened(order_id, customer_id, items, status)
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
        opened.map(({ orderId }) => orderId),
        opened.map(({ customerId }) => customerId),
        opened.map(({ items }) => JSON.stringify(items)),
        opened.map(({ status }) => status),
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
