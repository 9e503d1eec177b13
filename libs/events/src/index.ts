export { asyncApiDocument } from './asyncapi.js';
export { byType, type EventCases, type TypedEvent } from './by-type.js';
export {
  InventoryInsufficient,
  inventoryEvents,
  InventoryLow,
  InventoryReleased,
  InventoryReserved,
  Shortage,
} from './inventory-events.js';
export { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from './order-events.js';
export { topology, type ServiceTopology, topics } from './topology.js';
export { type Announcement, type EventType, Topic } from './topic.js';
export {
  AreOrderItems,
  IsAmount,
  isCurrency,
  IsId,
  isId,
  IsLine,
  IsQuantity,
  IsReason,
  MAX_AMOUNT,
  MAX_QUANTITY,
  MAX_REASON_LENGTH,
  OrderItem,
} from './vocabulary.js';
