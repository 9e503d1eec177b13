import { InventoryInsufficient, inventoryEvents, InventoryReleased, InventoryReserved } from '@orderflow/events';
import type { OutgoingEvent } from '@orderflow/messaging';
import type { Reply } from './domain/decide-reservations.js';

/** The event that carries a reply. Its id is always the same, so that a consumer that has handled it drops a republished copy. */
export function replyEvent(reply: Reply): OutgoingEvent {
  const { orderId, customerId, items } = reply.order;
  const order = { orderId, customerId, items: [...items] };
  switch (reply.kind) {
    case 'reserved':
      return inventoryEvents.eventWithStableId(InventoryReserved, orderId, order);
    case 'insufficient':
      return inventoryEvents.eventWithStableId(InventoryInsufficient, orderId, {
        ...order,
        shortages: [...reply.shortages],
      });
    case 'released':
      return inventoryEvents.eventWithStableId(InventoryReleased, orderId, order);
  }
}
