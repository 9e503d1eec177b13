import { violationsOf } from './violation.mjs';

const violation = violationsOf('ledger');

/**
 * The stock adds up at every moment: on hand is the sum of movements, reserved the sum of what open reservations hold.
 * @param {import('../observer/stock-figures.mjs').StockFigures[]} stock at one moment
 */
export function checkLedger(stock) {
  return stock.flatMap(({ itemId, onHand, moved, reserved, held }) => [
    ...(onHand === moved
      ? []
      : [violation('on hand is not the sum of movements', { itemId, story: `on hand ${onHand}, moved ${moved}` })]),
    ...(reserved === held
      ? []
      : [violation('reserved is not what orders hold', { itemId, story: `reserved ${reserved}, held ${held}` })]),
  ]);
}
