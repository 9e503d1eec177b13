import { Injectable } from '@nestjs/common';
import type { Period } from '@orderflow/http';
import { LockedByOthers } from '@orderflow/messaging';
import {
  Database,
  type FindRow,
  type Found,
  type IndexPage,
  lockRows,
  pageOfIndex,
  prepared,
  recordingChanges,
  rowOfCustomer,
  rowsToLock,
  searchIndex,
  type Transaction,
} from '@orderflow/postgres';
import { validate as isUuid } from 'uuid';
import type { Order } from './domain/order.js';
import type { OrderStatus, StatusChange } from './domain/order-status.js';
import { ORDER_CHANGES } from './live/order-changes.js';
import { highestId, idAt, lowestId } from './order-id.js';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.js';

export interface OrderFilter {
  readonly customerId?: string | undefined;
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

const ORDERS = { table: 'orders', key: 'order_id', keyType: 'uuid' } as const;
/** Earlier versions took an order's creation time from the clock, right after its id. */
const MAX_OFFSET_MS = 1_000;
const UNDECIDED_AFTER_MS = 60_000;
/** How many of a customer's orders a page searches at most for a status that most orders have at some time. */
const MAX_SEARCHED = 1_000;
/** The last entry of the history is the change. */
const AS_ORDER_CHANGE = `jsonb_build_object('orderId', order_id, 'customerId', customer_id) || (history -> -1)`;
const INSERT = prepared(
  recordingChanges(ORDER_CHANGES, {
    changed: `INSERT INTO orders (${ORDER_COLUMNS})
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::numeric[], $5::text[], $6::text[], $7::jsonb[], $8::timestamptz[])
      RETURNING order_id, customer_id, history`,
    data: AS_ORDER_CHANGE,
  }),
);
const STATUSES = rowsToLock(
  'SELECT order_id, status, created_at FROM orders WHERE order_id = ANY($1::uuid[]) ORDER BY order_id',
  'FOR NO KEY UPDATE',
);
const CHANGE_STATUSES = prepared(
  recordingChanges(ORDER_CHANGES, {
    changed: `UPDATE orders SET status = change.status, status_since = now(), history = history || change.entry
      FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS change(order_id, status, entry)
      WHERE orders.order_id = change.order_id
      RETURNING orders.order_id, customer_id, history`,
    data: AS_ORDER_CHANGE,
  }),
);
const FIND = `SELECT ${ORDER_COLUMNS} FROM orders WHERE order_id = $1`;
const findOrder = rowOfCustomer<OrderRow>(FIND);
const lockOrder = rowOfCustomer<OrderRow>(FIND, 'FOR NO KEY UPDATE');
const FIND_ALL = prepared(`SELECT ${ORDER_COLUMNS} FROM orders WHERE order_id = ANY($1::uuid[])`);

@Injectable()
export class OrdersRepository {
  constructor(private readonly database: Database) {}

  /** The transaction must have written something before; see `recordingChanges`. */
  insert(tx: Transaction, orders: readonly Order[]): void {
    if (orders.length === 0) return;
    tx.pipeline(INSERT, [
      orders.map(({ orderId }) => orderId),
      orders.map(({ customerId }) => customerId),
      orders.map(({ items }) => JSON.stringify(items)),
      orders.map(({ totalAmount }) => totalAmount),
      orders.map(({ currency }) => currency ?? null),
      orders.map(({ status }) => status),
      orders.map(({ history }) => JSON.stringify(history)),
      orders.map(({ createdAt }) => createdAt),
    ]);
  }

  /** The order, if it exists, locked until the transaction ends. @param customerId if given, another customer's does not exist */
  lock(tx: Transaction, orderId: string, customerId?: string): Promise<Order | undefined> {
    return orderFrom(lockOrder, tx, orderId, customerId);
  }

  /** The orders that exist, locked until the transaction ends. */
  async lockAll(tx: Transaction, orderIds: readonly string[]): Promise<Order[]> {
    const rows = await tx.query<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM orders WHERE order_id = ANY($1::uuid[]) ORDER BY order_id FOR NO KEY UPDATE`,
      [orderIds],
    );
    return rows.map(toOrder);
  }

  /**
   * Orders that have had a status for so many seconds by the database's clock, locked until the transaction ends; not those that
   * another transaction has locked. It reads the orders of the status from the oldest on; the outer `coalesce` keeps Postgres from
   * estimating the condition and leaving this index.
   */
  async lockSince(
    tx: Transaction,
    { status, seconds, limit }: { status: OrderStatus; seconds: number; limit: number },
  ): Promise<Order[]> {
    const rows = await tx.query<OrderRow>(
      `SELECT ${ORDER_COLUMNS} FROM orders
       WHERE (status, order_id) >= ($5, $1::uuid) AND (status, order_id) <= ($5, $2::uuid)
         AND coalesce(coalesce(status_since, created_at) < now() - $3 * interval '1 s', false)
       ORDER BY status, order_id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED`,
      [idAt(new Date(0), 0), idAt(new Date(), -1_000 * seconds + MAX_OFFSET_MS), seconds, limit, status],
    );
    return rows.map(toOrder);
  }

  /** Oldest first. */
  async idsToRepublish(filter: RepublishFilter, limit: number): Promise<string[]> {
    const undecided = 'status' in filter;
    const { from, to } = undecided ? { from: undefined, to: new Date(Date.now() - UNDECIDED_AFTER_MS) } : filter;
    const { sql, parameters } = pageOfIndex({
      ...ORDERS,
      select: 'order_id',
      leading: undecided ? { status: [filter.status] } : {},
      order: 'ASC',
      above: highestId(filter.after, from && idAt(from, -MAX_OFFSET_MS)),
      below: idAt(to, MAX_OFFSET_MS),
      where: { 'created_at >=': from, 'created_at <': to },
      limit,
    });
    const rows = await this.database.query<Pick<OrderRow, 'order_id'>>(sql, parameters);
    return rows.map(({ order_id }) => order_id);
  }

  /** The status and creation time of the orders that exist, by id; locked until the transaction ends. */
  async lockStatuses(tx: Transaction, orderIds: readonly string[]): Promise<Map<string, OrderState>> {
    const lockedOut = (locked: readonly string[]) => new LockedByOthers('the order', locked);
    const rows = await lockRows<Pick<OrderRow, 'order_id' | 'status' | 'created_at'>>(tx, STATUSES, {
      ids: orderIds.filter((orderId) => isUuid(orderId)),
      lockedOut,
    });
    return new Map(rows.map(({ order_id, status, created_at: createdAt }) => [order_id, { status, createdAt }]));
  }

  changeStatuses(tx: Transaction, changes: ReadonlyMap<string, StatusChange>): void {
    if (changes.size === 0) return;
    tx.pipeline(CHANGE_STATUSES, [
      [...changes.keys()],
      [...changes.values()].map(({ status }) => status),
      [...changes.values()].map((change) => JSON.stringify([change])),
    ]);
  }

  /** @param customerId if given, another customer's order does not exist */
  find(orderId: string, customerId?: string): Promise<Order | undefined> {
    return orderFrom(findOrder, this.database, orderId, customerId);
  }

  /** Those that exist, in any order. */
  async findAll(orderIds: readonly string[]): Promise<Order[]> {
    return (await this.database.query<OrderRow>(FIND_ALL, [orderIds])).map(toOrder);
  }

  /** Newest first. @param before the id of the last order of the previous page */
  async list(filter: OrderFilter, { before, limit }: { before: string | null; limit: number }): Promise<Found<Order>> {
    const { from, to } = filter;
    const { where = {}, ...index } = indexFor(filter);
    const page: IndexPage = {
      ...ORDERS,
      ...index,
      select: ORDER_COLUMNS,
      order: 'DESC',
      above: from && idAt(from, -MAX_OFFSET_MS),
      below: lowestId(before, to && idAt(to, MAX_OFFSET_MS)),
      where: { 'created_at >=': from, 'created_at <': to },
      limit,
    };
    const { rows, searchedTo } = await searchIndex<OrderRow>(this.database, page, { where, atMost: MAX_SEARCHED });
    return { rows: rows.map(toOrder), searchedTo };
  }
}

async function orderFrom(
  find: FindRow<OrderRow>,
  on: Pick<Database, 'query'>,
  orderId: string,
  customerId: string | undefined,
): Promise<Order | undefined> {
  const row = isUuid(orderId) ? await find(on, orderId, customerId) : undefined;
  return row && toOrder(row);
}

/** The index that answers a filter, and what remains to be searched for in it. */
function indexFor({ customerId, status }: OrderFilter): Pick<IndexPage, 'leading' | 'partial' | 'where'> {
  if (customerId === undefined) return status ? { leading: { status: [status] } } : {};
  if (status === 'REJECTED' || status === 'CANCELLED')
    return { leading: { customer_id: [customerId], status: [status] }, partial: "status IN ('REJECTED', 'CANCELLED')" };
  return { leading: { customer_id: [customerId] }, where: { 'status =': status } };
}
