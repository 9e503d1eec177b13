import type { OrderLine } from './order-line.js';
import type { Actor, OrderStatus, StatusChange } from './order-status.js';

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly OrderLine[];
  /** In units of the currency. */
  readonly totalAmount: number;
  readonly currency?: string;
  readonly status: OrderStatus;
  /** Oldest first; the last entry is the current status. */
  readonly history: readonly StatusChange[];
  readonly createdAt: Date;
}

export type OrderRequest = Pick<Order, 'customerId' | 'items' | 'totalAmount' | 'currency'>;

/** A new order, which inventory has yet to decide. */
export function createOrder(
  request: OrderRequest,
  { orderId, at, by }: { orderId: string; at: Date; by?: Actor | undefined },
): Order {
  const { customerId, items, totalAmount, currency } = request;
  return {
    orderId,
    customerId,
    items: items.map(({ itemId, quantity }) => ({ itemId, quantity })),
    totalAmount,
    ...(currency ? { currency } : {}),
    status: 'PENDING',
    history: [{ status: 'PENDING', at, ...(by && { by }) }],
    createdAt: at,
  };
}

/** The order as it was when it was placed, without its later changes. */
export function asPlaced(order: Order): Order {
  return { ...order, status: 'PENDING', history: order.history.slice(0, 1) };
}

export function withChange(order: Order, change: StatusChange): Order {
  return { ...order, status: change.status, history: [...order.history, change] };
}
