/** The figures of an item that decisions depend on. */
export interface StockLevel {
  readonly itemId: string;
  /** Pieces in the warehouse. */
  readonly onHand: number;
  /** Of these, the pieces that are reserved for orders. */
  readonly reserved: number;
  readonly lowStockThreshold: number;
}

export interface LowStock {
  readonly itemId: string;
  readonly available: number;
  readonly lowStockThreshold: number;
}

/** The most pieces that an item can have on hand. */
export const MAX_ON_HAND = 1_000_000_000;

/** Pieces that the next order can reserve. */
export const availableOf = ({ onHand, reserved }: StockLevel): number => onHand - reserved;

/** The item if the change has brought its available stock to its threshold or below; undefined if it was there before. */
export function fallenLow(before: StockLevel, after: StockLevel): LowStock | undefined {
  if (isLow(before) || !isLow(after)) return undefined;
  const { itemId, lowStockThreshold } = after;
  return { itemId, available: availableOf(after), lowStockThreshold };
}

const isLow = (level: StockLevel) => availableOf(level) <= level.lowStockThreshold;

export type Adjustment =
  | { readonly kind: 'adjusted'; readonly level: StockLevel }
  /** Fewer pieces would be on hand than are reserved. */
  | { readonly kind: 'reserved'; readonly level: StockLevel }
  /** More pieces would be on hand than {@link MAX_ON_HAND}. */
  | { readonly kind: 'too-many'; readonly level: StockLevel };

/** Decides on pieces that arrive (positive) or leave (negative) without an order. */
export function adjust(level: StockLevel, delta: number): Adjustment {
  const onHand = level.onHand + delta;
  if (onHand < level.reserved) return { kind: 'reserved', level };
  if (onHand > MAX_ON_HAND) return { kind: 'too-many', level };
  return { kind: 'adjusted', level: { ...level, onHand } };
}
