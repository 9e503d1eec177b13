export interface StockItem {
  readonly itemId: string;
  readonly name: string;
  /** Pieces in the warehouse. */
  readonly onHand: number;
  /** Of these, the pieces that are reserved for orders. */
  readonly reserved: number;
  /** Pieces that the next order can reserve: `onHand - reserved`. */
  readonly available: number;
  readonly lowStockThreshold: number;
  readonly updatedAt: Date;
}
