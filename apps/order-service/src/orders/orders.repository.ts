import { Injectable } from '@nestjs/common';
import type { Period } from '@orderflow/http';
import { LockedByOthers } from '@orderflow/messaging';
import { Database, lockRows, type Transaction } from '@orderflow/postgres';
import { NIL, validate as isUuid } from 'uuid';
import type { Order } from './domain/order.js';
import type { OrderStatus, StatusChange } from './domain/order-status.js';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.js';

export interface OrderFilter {
  readonly customerId?: string;
  readonly status?: OrderStatus;
  /** Created at this time or later. */
  readonly from?: Date;
  /** Created before this time. */
  readonly to?: Date;
}

/** Orders to republish: the undecided ones that are older than a minute, or those that were created in a period. */
export type RepublishFilter = ({ readonly status: 'PENDING' } | Period) & {
  /** Only orders with a higher id than this one. */
  readonly after?: string | undefined;
};

/** The part of an order that a status change depends on. */
export type OrderState = Pick<Order, 'status' | 'createdAt'>;

@Injectable()
export class OrdersRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, orders: readonly Order[]): Promise<void> {
    if (orders.length === 0) return;
    await tx.query(
      `INSERT INTO orders (${ORDER_COLUMNS})
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::numeric[], $5::text[], $6::text[], $7::jsonb[], $8::timestamptz[])`,
      [
        orders.map(({ orderId }) => orderId),
        orders.map(({ customerId }) => customerId),
        orders.map(({ items }) => JSON.stringify(items)),
        orders.map(({ totalAmount }) => totalAmount),
        orders.map(({ currency }) => currency ?? null),
        orders.map(({ status }) => status),
        orders.map(({ history }) => JSON.stringify(history)),
        orders.map(({ createdAt }) => createdAt),
      ],
    );
  }

  /** The order, if it exists, locked until the transaction ends. */
  async lock(tx: Transaction, orderId: string): Promise<Order | undefined> {
    if (!isUuid(orderId)) return undefined;
    const [row] = await tx.query<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM orders WHERE order_id = $1 FOR NO KEY UPDATE`,
      [orderId],
    );
    return row && toOrder(row);
  }

  /** The orders that exist, locked until the transaction ends. */
  async lockAll(tx: Transaction, orderIds: readonly string[]): Promise<Order[]> {
    const rows = await tx.query<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM orders WHERE order_id = ANY($1::uuid[]) ORDER BY order_id FOR NO KEY UPDATE`,
      [orderIds],
    );
    return rows.map(toOrder);
  }

  /** Oldest first. Ids sort by time (UUID version 7), so only a range of the primary key is read. */
  async idsToRepublish(filter: RepublishFilter, limit: number): Promise<string[]> {
    const isUndecided = 'status' in filter;
    const rows = await this.database.query<Pick<OrderRow, 'order_id'>>(
      isUndecided
        ? `SELECT order_id FROM orders
           WHERE status = 'PENDING' AND created_at < now() - interval '1 minute' AND order_id > $1
           ORDER BY order_id LIMIT $2`
        : `SELECT order_id FROM orders
           WHERE created_at >= $3 AND created_at < $4 AND order_id > $1 AND order_id BETWEEN $5 AND $6
           ORDER BY order_id LIMIT $2`,
      [
        filter.after ?? NIL,
        limit,
        ...(isUndecided ? [] : [filter.from, filter.to, idAt(filter.from, -1_000), idAt(filter.to, 1_000)]),
      ],
    );
    return rows.map(({ order_id }) => order_id);
  }

  /** The status and creation time of the orders that exist, by id; locked until the transaction ends. */
  async lockStatuses(tx: Transaction, orderIds: readonly string[]): Promise<Map<string, OrderState>> {
    const lockedOut = (locked: readonly string[]) => new LockedByOthers('the order', locked);
    const select = 'SELECT order_id, status, created_at FROM orders WHERE order_id = ANY($1::uuid[]) ORDER BY order_id';
    const rows = await lockRows<Pick<OrderRow, 'order_id' | 'status' | 'created_at'>>(
      tx,
      { select, lock: 'FOR NO KEY UPDATE', lockedOut },
      orderIds.filter((orderId) => isUuid(orderId)),
    );
    return new Map(rows.map(({ order_id, status, created_at: createdAt }) => [order_id, { status, createdAt }]));
  }

  async changeStatuses(tx: Transaction, changes: ReadonlyMap<string, StatusChange>): Promise<void> {
    if (changes.size === 0) return;
    await tx.query(
      `UPDATE orders SET status = change.status, history = history || change.entry
       FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS change(order_id, status, entry)
       WHERE orders.order_id = change.order_id`,
      [
        [...changes.keys()],
        [...changes.values()].map(({ status }) => status),
        [...changes.values()].map((change) => JSON.stringify([change])),
      ],
    );
  }

  async find(orderId: string): Promise<Order | undefined> {
    if (!isUuid(orderId)) return undefined;
    const [row] = await this.database.query<OrderRow>(`SELECT ${ORDER_COLUMNS} FROM orders WHERE order_id = $1`, [
      orderId,
    ]);
    return row && toOrder(row);
  }

  /** Newest first. @param before the id of the last order of the previous page */
  async list(filter: OrderFilter, { before, limit }: { before: string | null; limit: number }): Promise<Order[]> {
    const rows = await this.database.query<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM orders
       WHERE ($1::text IS NULL OR customer_id = $1)
         AND ($2::text IS NULL OR status = $2)
         AND ($3::timestamptz IS NULL OR created_at >= $3)
         AND ($4::timestamptz IS NULL OR created_at < $4)
         AND ($5::uuid IS NULL OR order_id < $5)
       ORDER BY order_id DESC LIMIT $6`,
      [filter.customerId, filter.status, filter.from, filter.to, before, limit],
    );
    return rows.map(toOrder);
  }
}

/**
 * The lowest id of an order that was created at this time (UUID version 7: 48 bits of milliseconds).
 * @param offsetMs allows for the moment between an order's id and its creation time
 */
function idAt(time: Date, offsetMs: number): string {
  const hex = Math.max(0, time.getTime() + offsetMs)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
