export interface Quantity {
  readonly itemId: string;
  readonly quantity: number;
}

export interface StockLevel {
  readonly itemId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly lowStockThreshold: number;
}

export interface Demand {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly Quantity[];
}

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

export type Decision =
  | { readonly kind: 'reserved'; readonly demand: Demand }
  | { readonly kind: 'insufficient'; readonly demand: Demand; readonly shortages: readonly Shortage[] };

export interface LowStock {
  readonly itemId: string;
  readonly available: number;
  readonly lowStockThreshold: number;
}

export interface Reserved {
  /** One for each demand, in their order. */
  readonly decisions: readonly Decision[];
  /** By how many pieces `reserved` rises, for each item of which any were reserved. */
  readonly increases: ReadonlyMap<string, number>;
  /** Items that were above their threshold and no longer are. */
  readonly low: readonly LowStock[];
}

/**
 * Decides demands one after another, each all or nothing, over the same stock: what one gets, the next can't have.
 * An item without a stock level has nothing available.
 */
export function reserve(stock: readonly StockLevel[], demands: readonly Demand[]): Reserved {
  const available = new Map(stock.map((level) => [level.itemId, availableOf(level)]));
  const increases = new Map<string, number>();
  const decisions = demands.map((demand): Decision => {
    const shortages = shortagesOf(demand, available);
    if (shortages.length > 0) return { kind: 'insufficient', demand, shortages };
    for (const { itemId, quantity } of demand.items) {
      available.set(itemId, (available.get(itemId) ?? 0) - quantity);
      increases.set(itemId, (increases.get(itemId) ?? 0) + quantity);
    }
    return { kind: 'reserved', demand };
  });
  return { decisions, increases, low: stock.flatMap((level) => lowStockOf(level, available.get(level.itemId) ?? 0)) };
}

function shortagesOf({ items }: Demand, available: ReadonlyMap<string, number>): Shortage[] {
  return items
    .map(({ itemId, quantity }) => ({ itemId, requested: quantity, available: available.get(itemId) ?? 0 }))
    .filter(({ requested, available }) => requested > available);
}

function lowStockOf(level: StockLevel, available: number): LowStock[] {
  const { itemId, lowStockThreshold } = level;
  const crossed = availableOf(level) > lowStockThreshold && available <= lowStockThreshold;
  return crossed ? [{ itemId, available, lowStockThreshold }] : [];
}

function availableOf({ onHand, reserved }: StockLevel): number {
  return onHand - reserved;
}
