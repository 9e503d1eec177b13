import type { OrderStatus, StatusChange } from './order-status.js';

export interface OrderLine {
  readonly itemId: string;
  readonly quantity: number;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly OrderLine[];
  /** In units of the currency. */
  readonly totalAmount: number;
  readonly currency?: string;
  readonly status: OrderStatus;
  /** Oldest first; the last one is the status. */
  readonly history: readonly StatusChange[];
  readonly createdAt: Date;
}

export type OrderRequest = Pick<Order, 'customerId' | 'items' | 'totalAmount' | 'currency'>;

/** A new order, which inventory has yet to decide. */
export function place(request: OrderRequest, { orderId, at }: { orderId: string; at: Date }): Order {
  return { orderId, ...request, status: 'PENDING', history: [{ status: 'PENDING', at }], createdAt: at };
}

export function withChange(order: Order, change: StatusChange): Order {
  return { ...order, status: change.status, history: [...order.history, change] };
}
