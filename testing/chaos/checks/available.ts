import { violationsOf } from './violation.ts';

const violation = violationsOf('available');

export interface StockLevel {
  itemId: string;
  onHand: number;
  reserved: number;
  /** Where the service itself says so. */
  available?: number;
}

/**
 * Nothing is sold twice: the available pieces of an item are never negative.
 * @param stock the figures of one moment
 */
export function checkAvailable(stock: readonly StockLevel[]) {
  return stock
    .filter(({ onHand, reserved, available = onHand - reserved }) => available < 0 || onHand < 0 || reserved < 0)
    .map(({ itemId, ...figures }) =>
      violation('less than nothing available', { itemId, story: JSON.stringify(figures) }),
    );
}
