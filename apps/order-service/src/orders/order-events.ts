import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled, OrderPartiallyFulfilled } from '@orderflow/events';
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
  const { part = 1, shipment, cancelled } = change;
  const reason = change.reason === undefined ? {} : { reason: change.reason };
  switch (change.status) {
    case 'PARTIALLY_FULFILLED': {
      const data = { ...order, part, shipment: [...(shipment ?? [])], fulfilledAt: at };
      return [orderEvents.eventWithStableId(OrderPartiallyFulfilled, orderId, data, part)];
    }
    case 'FULFILLED': {
      const parts = {
        ...(shipment && { shipment: [...shipment] }),
        ...(cancelled && { cancelled: [...cancelled], ...reason }),
      };
      return [orderEvents.eventWithStableId(OrderFulfilled, orderId, { ...order, ...parts, fulfilledAt: at })];
    }
    case 'CANCELLED':
      return [orderEvents.eventWithStableId(OrderCancelled, orderId, { ...order, ...reason, cancelledAt: at })];
    default:
      return [];
  }
}

/** Every event that was published of an order, oldest first, under the original ids. */
export function eventHistory(order: Order): OutgoingEvent[] {
  return [orderCreatedEvent(order), ...order.history.flatMap((change) => statusChangeEvents(order, change))];
}
