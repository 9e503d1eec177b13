import { violationsOf } from './violation.ts';
import type { StockFigures } from '../observer/stock-figures.ts';

const violation = violationsOf('ledger');

/**
 * The stock adds up at every moment: on hand is the sum of the movements, reserved the sum of the open reservations.
 * @param stock the figures of one moment
 */
export function checkLedger(stock: StockFigures[]) {
  return stock.flatMap(({ itemId, onHand, moved, reserved, held }) => [
    ...(onHand === moved
      ? []
      : [violation('on hand is not the sum of movements', { itemId, story: `on hand ${onHand}, moved ${moved}` })]),
    ...(reserved === held
      ? []
      : [violation('reserved is not what orders hold', { itemId, story: `reserved ${reserved}, held ${held}` })]),
  ]);
}
