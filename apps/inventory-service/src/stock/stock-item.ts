export interface StockItem {
  readonly itemId: string;
  readonly name: string;
  /** Pieces in the house. */
  readonly onHand: number;
  /** Pieces of them that orders hold. */
  readonly reserved: number;
  /** What the next order can have: `onHand - reserved`. */
  readonly available: number;
  readonly lowStockThreshold: number;
  readonly updatedAt: Date;
}
