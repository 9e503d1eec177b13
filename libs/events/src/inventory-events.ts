import { Type } from 'class-transformer';
import { IsArray, IsInt, Min, ValidateNested } from 'class-validator';
import { Topic } from './topic.js';
import { IsId, IsQuantity, OrderFacts } from './vocabulary.js';

export class InventoryReserved extends OrderFacts {
  static readonly type = 'INVENTORY_RESERVED';
  static readonly about = 'All items of an order are held for it.';
}

/** An item of which an order wants more than there is. */
export class Shortage {
  @IsId()
  itemId!: string;

  @IsQuantity()
  requested!: number;

  /** What could have been had; 0 for an item that does not exist. */
  @IsInt()
  @Min(0)
  available!: number;
}

export class InventoryInsufficient extends OrderFacts {
  static readonly type = 'INVENTORY_INSUFFICIENT';
  static readonly about = 'Not all items of an order can be had, so none is held for it.';

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Shortage)
  shortages!: Shortage[];
}

export class InventoryReleased extends OrderFacts {
  static readonly type = 'INVENTORY_RELEASED';
  static readonly about =
    'An order was cancelled: nothing is held for it any more, or nothing will be where its cancellation came first.';
}

export class InventoryLow {
  static readonly type = 'INVENTORY_LOW';
  static readonly about = 'What is available of an item has fallen to its threshold or below.';

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
export const inventoryEvents = new Topic('inventory-events', 'What happens to stock.', [
  InventoryReserved,
  InventoryInsufficient,
  InventoryReleased,
  InventoryLow,
] as const);
