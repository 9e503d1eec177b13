import { Injectable } from '@nestjs/common';
import type { Period } from '@orderflow/http';
import { LockedByOthers } from '@orderflow/messaging';
import { Database, lockRows, prepared, rowOfCustomer, rowsToLock, type Transaction } from '@orderflow/postgres';
import type { ReservationDecision } from './domain/decide-reservations.js';
import type { Reservation } from './domain/reservation.js';
import type { StockLevel } from '../stock/domain/stock-level.js';

export interface StoredReservation extends Reservation {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Reservations that were decided or changed in a period. */
export interface RepublishFilter extends Period {
  /** Only orders with a higher id than this one. */
  readonly after?: string | undefined;
}

const COLUMNS = 'order_id AS "orderId", customer_id AS "customerId", items, status, shortages, parts, remaining';
const STOCK = `SELECT item_id AS "itemId", on_hand AS "onHand", reserved, low_stock_threshold AS "lowStockThreshold"
               FROM items WHERE item_id = ANY($1::text[])`;
const LOCK = 'FOR NO KEY UPDATE';
const RESERVATIONS = rowsToLock(
  `SELECT ${COLUMNS} FROM reservations WHERE order_id = ANY($1::text[]) ORDER BY order_id`,
  LOCK,
);
const LOCKED_STOCK = rowsToLock(`${STOCK} ORDER BY item_id`, LOCK);
const STORED = `SELECT ${COLUMNS}, created_at AS "createdAt", updated_at AS "updatedAt" FROM reservations WHERE order_id = $1`;
const findReservation = rowOfCustomer<StoredReservation>(STORED);
const REASON = 'order fulfilled';
const WRITE = prepared(
  `WITH restocked AS (
     UPDATE items SET on_hand = items.on_hand + change.on_hand, reserved = items.reserved + change.reserved, updated_at = now()
     FROM unnest($1::text[], $2::int[], $3::int[]) AS change(item_id, on_hand, reserved)
     WHERE items.item_id = change.item_id
   ), moved AS (
     INSERT INTO movements (item_id, delta, reason, order_id)
     SELECT item_id, delta, '${REASON}', order_id
     FROM unnest($4::text[], $5::int[], $6::text[]) WITH ORDINALITY AS movement(item_id, delta, order_id, n) ORDER BY n
   ), changed AS (
     UPDATE reservations SET status = change.status, shortages = change.shortages, parts = change.parts,
       remaining = change.remaining, updated_at = now()
     FROM unnest($7::text[], $8::text[], $9::jsonb[], $15::int[], $16::jsonb[])
       AS change(order_id, status, shortages, parts, remaining)
     WHERE reservations.order_id = change.order_id
   )
   INSERT INTO reservations (order_id, customer_id, items, status, shortages, parts, remaining)
   SELECT * FROM unnest($10::text[], $11::text[], $12::jsonb[], $13::text[], $14::jsonb[], $17::int[], $18::jsonb[])
     AS opened(order_id, customer_id, items, status, shortages, parts, remaining)
   ORDER BY order_id`,
);

@Injectable()
export class ReservationsRepository {
  constructor(private readonly database: Database) {}

  /**
   * The reservations that exist, locked until the transaction ends. Reservations are always locked before the stock, and in
   * the order of their ids, so that nothing deadlocks.
   */
  lock(tx: Transaction, orderIds: readonly string[]): Promise<Reservation[]> {
    const lockedOut = (locked: readonly string[]) => new LockedByOthers('the reservation', locked);
    return lockRows<Reservation & object>(tx, RESERVATIONS, { ids: orderIds, lockedOut });
  }

  /**
   * The stock levels of the items that exist, locked until the transaction ends; in the order of their ids, so that nothing deadlocks.
   * @param ordersOf the orders that name an item
   */
  lockStock(
    tx: Transaction,
    itemIds: readonly string[],
    ordersOf: (itemId: string) => readonly string[],
  ): Promise<StockLevel[]> {
    const lockedOut = (locked: readonly string[]) =>
      new LockedByOthers(`the stock of ${locked.join(', ')}`, locked.flatMap(ordersOf));
    return lockRows<StockLevel & object>(tx, LOCKED_STOCK, { ids: itemIds, lockedOut });
  }

  /** The current stock levels of the items that exist, not locked. */
  stockOf(tx: Transaction, itemIds: readonly string[]): Promise<StockLevel[]> {
    return tx.query<StockLevel & object>(STOCK, [itemIds]);
  }

  /**
   * Sorted by order id. Ids do not sort by time, so the whole period is read by the index first, and then sorted and limited.
   */
  async idsToRepublish({ from, to, after = '' }: RepublishFilter, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ order_id: string }>(
      `WITH matching AS MATERIALIZED (
         SELECT order_id FROM reservations
         WHERE (created_at >= $1 AND created_at < $2 OR updated_at >= $1 AND updated_at < $2) AND status <> 'CANCELLED'
       )
       SELECT order_id FROM matching WHERE order_id > $3 COLLATE "C" ORDER BY order_id LIMIT $4`,
      [from, to, after, limit],
    );
    return rows.map(({ order_id }) => order_id);
  }

  /**
   * Writes a decision over the rows that this transaction has locked, pipelined. The transaction rejects with 23505
   * (unique_violation) if another one has inserted one of the `opened` reservations meanwhile; decide again.
   */
  write(tx: Transaction, { opened, changed, stockChanges, movements }: ReservationDecision): void {
    if (opened.length + changed.length === 0) return;
    tx.pipeline(WRITE, [
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
      changed.map(({ parts }) => parts),
      changed.map(({ remaining }) => remaining && JSON.stringify(remaining)),
      opened.map(({ parts }) => parts),
      opened.map(({ remaining }) => remaining && JSON.stringify(remaining)),
    ]);
  }

  /** @param customerId if given, another customer's does not exist */
  find(orderId: string, customerId?: string): Promise<StoredReservation | undefined> {
    return findReservation(this.database, orderId, customerId);
  }
}
