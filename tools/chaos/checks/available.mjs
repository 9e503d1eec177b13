import { violationsOf } from './violation.mjs';

const violation = violationsOf('available');

/**
 * Nothing is sold twice: there is never less than nothing available of an item.
 * @param {{ itemId: string, onHand: number, reserved: number, available?: number }[]} stock at one moment
 */
export function checkAvailable(stock) {
  return stock
    .filter(({ onHand, reserved, available = onHand - reserved }) => available < 0 || onHand < 0 || reserved < 0)
    .map(({ itemId, ...figures }) =>
      violation('less than nothing available', { itemId, story: JSON.stringify(figures) }),
    );
}
