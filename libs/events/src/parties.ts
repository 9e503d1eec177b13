import { InventoryInsufficient, inventoryEvents, InventoryReserved } from './inventory-events.js';
import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled } from './order-events.js';
import type { EventType, Topic } from './topic.js';

/** A service as the topics know it. Its name is its consumer group too. */
export interface Party {
  readonly name: string;
  readonly tells: readonly Topic<readonly EventType[]>[];
  /** What it acts on; other events of the same topics it skips. */
  readonly handles: readonly EventType[];
}

/** Who says what to whom. Each service is held against it by its own `contract.spec.ts`. */
export const parties: readonly Party[] = [
  { name: 'order-service', tells: [orderEvents], handles: [InventoryReserved, InventoryInsufficient] },
  { name: 'inventory-service', tells: [inventoryEvents], handles: [OrderCreated, OrderCancelled, OrderFulfilled] },
  {
    name: 'notification-service',
    tells: [],
    handles: [OrderCreated, OrderCancelled, OrderFulfilled, InventoryReserved, InventoryInsufficient],
  },
];

/** Every topic that events are told in. */
export const topics: readonly Topic<readonly EventType[]>[] = [orderEvents, inventoryEvents];
