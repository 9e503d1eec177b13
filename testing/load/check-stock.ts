import { demandOf, type PlannedItem, type OrderLine } from './plan.ts';
import type { Evidence, Violation } from './evidence.ts';
import type { StockItem } from './read-outcome.ts';

export interface Account {
  item: StockItem;
  onHand: number;
  confirmed: number;
  undecided: number;
}

/**
 * Checks that the stock of the run's items agrees with its orders. No other client knows these items, and no order is
 * cancelled, so their available stock never increases.
 */
export function checkStock(evidence: Evidence): Violation[] {
  return [...evidence.plan.items.flatMap(accountant(evidence)), ...checkRejections(evidence)];
}

function accountant({ orders, stock }: Evidence): (planned: PlannedItem) => Violation[] {
  const confirmed = demandOf(orders.filter(({ status }) => status === 'CONFIRMED'));
  const undecided = demandOf(orders.filter(({ status }) => status === 'PENDING'));
  return ({ itemId, onHand }) => {
    const item = stock.get(itemId);
    if (!item) return [{ kind: 'item lost', itemId, story: `created with ${onHand} on hand` }];
    const pieces = { confirmed: confirmed.get(itemId) ?? 0, undecided: undecided.get(itemId) ?? 0 };
    return checkItem({ item, onHand, ...pieces });
  };
}

/** @param account `reserved` may include orders whose replies the order service has not handled yet */
function checkItem({ item, onHand, confirmed, undecided }: Account) {
  const rules = {
    'stock sold twice': item.available >= 0,
    'stock that does not add up': item.onHand - item.reserved === item.available,
    'stock on hand changed': item.onHand === onHand,
    'reservations that are not the confirmed orders':
      item.reserved >= confirmed && item.reserved <= confirmed + undecided,
  };
  const figures = `on hand ${item.onHand}, reserved ${item.reserved}, available ${item.available}`;
  const story = `${figures}; created with ${onHand}; confirmed orders hold ${confirmed}, undecided ones want ${undecided}`;
  return Object.entries(rules).flatMap(([kind, holds]) => (holds ? [] : [{ kind, itemId: item.itemId, story }]));
}

/**
 * A rejected order that the remaining stock could serve was rejected wrongly, since there was no less when it was decided.
 * The reverse is not visible from outside.
 */
function checkRejections(evidence: Evidence) {
  const isLeft = ({ itemId, quantity }: OrderLine) => quantity <= (evidence.stock.get(itemId)?.available ?? 0);
  return evidence.orders
    .filter(({ status, items }) => status === 'REJECTED' && items.every(isLeft))
    .map((order) => evidence.violationOf('order rejected though all of it is in stock', order));
}
