import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from '@orderflow/events';
import type { OutgoingEvent } from '@orderflow/messaging';
import type { Order } from './domain/order.js';
import type { StatusChange } from './domain/order-status.js';

export function orderCreatedEvent({
  orderId,
  customerId,
  items,
  totalAmount,
  currency,
  createdAt,
}: Order): OutgoingEvent {
  return orderEvents.eventWithStableId(OrderCreated, orderId, {
    orderId,
    customerId,
    items: [...items],
    totalAmount,
    ...(currency === undefined ? {} : { currency }),
    createdAt: createdAt.toISOString(),
  });
}

/** The event of a status change: none for a change that inventory decided, since its own events are the record of that. */
export function statusChangeEvents({ orderId, customerId, items }: Order, change: StatusChange): OutgoingEvent[] {
  const order = { orderId, customerId, items: [...items] };
  const at = change.at.toISOString();
  if (change.status === 'FULFILLED')
    return [orderEvents.eventWithStableId(OrderFulfilled, orderId, { ...order, fulfilledAt: at })];
  if (change.status !== 'CANCELLED') return [];
  const reason = change.reason === undefined ? {} : { reason: change.reason };
  return [orderEvents.eventWithStableId(OrderCancelled, orderId, { ...order, ...reason, cancelledAt: at })];
}

/** Every event that was published of an order, oldest first, under the original ids. */
export function eventHistory(order: Order): OutgoingEvent[] {
  return [orderCreatedEvent(order), ...order.history.flatMap((change) => statusChangeEvents(order, change))];
}
