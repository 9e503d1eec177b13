export {
  InventoryInsufficient,
  inventoryEvents,
  InventoryLow,
  InventoryReserved,
  Shortage,
} from './inventory-events.js';
export { OrderCreated, orderEvents } from './order-events.js';
export { type Announcement, type EventType, Topic } from './topic.js';
export { AreOrderItems, IsId, isId, IsQuantity, MAX_QUANTITY, OrderItem } from './vocabulary.js';
