import { type Announcement, OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from '@orderflow/events';
import type { Order } from './domain/order.js';
import type { StatusChange } from './domain/order-status.js';

export function announceCreation({
  orderId,
  customerId,
  items,
  totalAmount,
  currency,
  createdAt,
}: Order): Announcement {
  return orderEvents.announceOnce(OrderCreated, orderId, {
    orderId,
    customerId,
    items: [...items],
    totalAmount,
    ...(currency === undefined ? {} : { currency }),
    createdAt: createdAt.toISOString(),
  });
}

/** What is published of a change of an order's status; nothing of those that inventory has caused. */
export function announceChange({ orderId, customerId, items }: Order, change: StatusChange): Announcement[] {
  const order = { orderId, customerId, items: [...items] };
  const at = change.at.toISOString();
  if (change.status === 'FULFILLED')
    return [orderEvents.announceOnce(OrderFulfilled, orderId, { ...order, fulfilledAt: at })];
  if (change.status !== 'CANCELLED') return [];
  const reason = change.reason === undefined ? {} : { reason: change.reason };
  return [orderEvents.announceOnce(OrderCancelled, orderId, { ...order, ...reason, cancelledAt: at })];
}

/** All that was published of an order, in its order, with the ids that it had. */
export function announceHistory(order: Order): Announcement[] {
  return [announceCreation(order), ...order.history.flatMap((change) => announceChange(order, change))];
}
