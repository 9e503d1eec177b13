import { InventoryInsufficient, inventoryEvents, InventoryReserved } from './inventory-events.js';
import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from './order-events.js';
import type { EventClass, Topic } from './topic.js';

/** What one service has to do with the topics. Its name is also its consumer group. */
export interface ServiceTopology {
  readonly name: string;
  readonly publishes: readonly Topic<readonly EventClass[]>[];
  /** It skips other events of the same topics. */
  readonly handles: readonly EventClass[];
}

/** Which service publishes and handles which events. Each service's `contract.spec.ts` checks its modules against it. */
export const topology: readonly ServiceTopology[] = [
  { name: 'order-service', publishes: [orderEvents], handles: [InventoryReserved, InventoryInsufficient] },
  { name: 'inventory-service', publishes: [inventoryEvents], handles: [OrderCreated, OrderCancelled, OrderFulfilled] },
  {
    name: 'notification-service',
    publishes: [],
    handles: [OrderCreated, OrderCancelled, OrderFulfilled, InventoryReserved, InventoryInsufficient],
  },
];

/** Every topic to which events are published. */
export const topics: readonly Topic<readonly EventClass[]>[] = [orderEvents, inventoryEvents];
