import type { StockLevel } from './domain/stock-level.js';

export interface StockItem extends StockLevel {
  readonly name: string;
  /** Pieces that the next order can reserve: `onHand - reserved`. */
  readonly available: number;
  readonly updatedAt: Date;
  /** Rises whenever a client changes the name or the threshold. The stock does not count, which each order changes. */
  readonly revision: number;
}
