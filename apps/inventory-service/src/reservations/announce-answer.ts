import {
  type Announcement,
  InventoryInsufficient,
  inventoryEvents,
  InventoryLow,
  InventoryReleased,
  InventoryReserved,
} from '@orderflow/events';
import type { Answer, LowStock } from './domain/follow.js';

/** With the same id each time, whoever has handled it drops it. */
export function announceAnswer(answer: Answer): Announcement {
  const { orderId, customerId, items } = answer.order;
  const order = { orderId, customerId, items: [...items] };
  switch (answer.kind) {
    case 'reserved':
      return inventoryEvents.announceOnce(InventoryReserved, orderId, order);
    case 'insufficient':
      return inventoryEvents.announceOnce(InventoryInsufficient, orderId, {
        ...order,
        shortages: [...answer.shortages],
      });
    case 'released':
      return inventoryEvents.announceOnce(InventoryReleased, orderId, order);
  }
}

export function announceLowStock(low: LowStock): Announcement {
  return inventoryEvents.announce(InventoryLow, `item:${low.itemId}`, { ...low });
}
