import type { Order } from './domain/order.js';
import type { OrderStatus, StatusChange } from './domain/order-status.js';

/** A row of table `orders`. */
export interface OrderRow {
  order_id: string;
  customer_id: string;
  items: Order['items'];
  total_amount: string;
  currency: string | null;
  status: OrderStatus;
  history: (Omit<StatusChange, 'at'> & { at: string })[];
  created_at: Date;
}

export const ORDER_COLUMNS = 'order_id, customer_id, items, total_amount, currency, status, history, created_at';

export function toOrder(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    customerId: row.customer_id,
    items: row.items.map(({ itemId, quantity }) => ({ itemId, quantity })),
    totalAmount: Number(row.total_amount),
    ...(row.currency === null ? {} : { currency: row.currency }),
    status: row.status,
    history: row.history.map(({ status, at, ...details }) => ({ status, at: new Date(at), ...details })),
    createdAt: row.created_at,
  };
}
