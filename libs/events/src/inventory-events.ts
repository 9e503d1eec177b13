import { Type } from 'class-transformer';
import { IsArray, IsInt, Min, ValidateNested } from 'class-validator';
import { Topic } from './topic.js';
import { IsId, IsQuantity, OrderFacts } from './vocabulary.js';

export class InventoryReserved extends OrderFacts {
  static readonly type = 'INVENTORY_RESERVED';
  static readonly about = 'All items of an order are reserved.';
}

/** An item of which an order requests more than is available. */
export class Shortage {
  @IsId()
  itemId!: string;

  @IsQuantity()
  requested!: number;

  /** Pieces that were available; 0 for an item that does not exist. */
  @IsInt()
  @Min(0)
  available!: number;
}

export class InventoryInsufficient extends OrderFacts {
  static readonly type = 'INVENTORY_INSUFFICIENT';
  static readonly about = 'At least one item of an order is short, so nothing is reserved.';

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Shortage)
  shortages!: Shortage[];
}

export class InventoryReleased extends OrderFacts {
  static readonly type = 'INVENTORY_RELEASED';
  static readonly about =
    'An order was cancelled: its items are no longer reserved, or never will be if the cancellation arrived first.';
}

export class InventoryLow {
  static readonly type = 'INVENTORY_LOW';
  static readonly about = 'The available stock of an item has fallen to its threshold or below.';

  @IsId()
  itemId!: string;

  @IsInt()
  @Min(0)
  available!: number;

  @IsInt()
  @Min(0)
  lowStockThreshold!: number;
}

/** Keyed by order id; `INVENTORY_LOW` by `item:<itemId>`. */
export const inventoryEvents = new Topic('inventory-events', 'Changes of stock and reservations.', [
  InventoryReserved,
  InventoryInsufficient,
  InventoryReleased,
  InventoryLow,
] as const);
