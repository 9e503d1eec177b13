import { inventoryEvents, InventoryLow } from '@orderflow/events';
import type { OutgoingEvent } from '@orderflow/messaging';
import type { LowStock } from './domain/stock-level.js';

/** Published once each time that the available stock of an item falls to its threshold. */
export function lowStockEvent(lowStock: LowStock): OutgoingEvent {
  return inventoryEvents.event(InventoryLow, `item:${lowStock.itemId}`, { ...lowStock });
}
