export { asyncApiDocument } from './asyncapi.js';
export {
  InventoryInsufficient,
  inventoryEvents,
  InventoryLow,
  InventoryReleased,
  InventoryReserved,
  Shortage,
} from './inventory-events.js';
export { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled, OrderPartiallyFulfilled } from './order-events.js';
export {
  consumedBy,
  deadLetterTopicOf,
  type ServiceName,
  type ServiceTopology,
  topics,
  topology,
  topologyDocument,
} from './topology.js';
export { type EventClass, Topic } from './topic.js';
export { type TypedEvent, unhandledEvent } from './typed-event.js';
export {
  AreOrderItems,
  CURRENCIES,
  ID,
  IsAmount,
  IsId,
  IsLine,
  IsQuantity,
  IsReason,
  MAX_AMOUNT,
  MAX_QUANTITY,
  MAX_REASON_LENGTH,
  OrderItem,
} from './vocabulary.js';
