import { randomBytes } from 'node:crypto';
import { randomNumbers } from './random.mjs';

/**
 * @typedef {{ itemId: string, quantity: number }} OrderLine
 * @typedef {{ customerId: string, items: OrderLine[], totalAmount: number }} PlannedOrder
 * @typedef {{ itemId: string, name: string, onHand: number }} PlannedItem
 * @typedef {{ runId: string, customerIds: string[], items: PlannedItem[], orders: PlannedOrder[] }} Plan
 */

const PLENTIFUL_ITEMS = 50;
const HOT_ITEMS = 5;
const SHARE_OF_HOT_ORDERS = 0.25;
const MOST_LINES = 3;
const MOST_PIECES = 5;
const SEED = 20_260;

/**
 * What a run orders: the same for the same counts but for the ids, which are its own. Of the hot items there is half of what is
 * ordered, so that some orders must be rejected; of the others there is more than enough.
 *
 * An order's total amount is its number in the run, from 1: by it an order found later is known to be the one of that request.
 * @param {{ orders: number, customers: number }} counts
 * @returns {Plan}
 */
export function planRun({ orders: count, customers }) {
  const runId = `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
  const random = randomNumbers(SEED);
  const plentiful = names(`LOAD-${runId}-ITEM`, PLENTIFUL_ITEMS);
  const hot = names(`LOAD-${runId}-HOT`, HOT_ITEMS);
  const customerIds = names(`LOAD-${runId}-CUST`, Math.min(customers, count));
  const orders = Array.from({ length: count }, (_, index) => ({
    customerId: customerIds[index % customerIds.length],
    items: pickLines({ plentiful, hot, random }),
    totalAmount: index + 1,
  }));
  const demand = demandOf(orders);
  const stockOf = (/** @type {string} */ itemId, /** @type {number} */ share) =>
    Math.floor((demand.get(itemId) ?? 0) * share);
  return {
    runId,
    customerIds,
    orders,
    items: [
      ...plentiful.map((itemId) => ({ itemId, name: 'Load: plentiful', onHand: stockOf(itemId, 2) })),
      ...hot.map((itemId) => ({ itemId, name: 'Load: hot', onHand: stockOf(itemId, 0.5) })),
    ],
  };
}

/**
 * One to three different items, among them sometimes one hot one.
 * @param {{ plentiful: string[], hot: string[], random: () => number }} from
 * @returns {OrderLine[]}
 */
function pickLines({ plentiful, hot, random }) {
  const pick = (/** @type {string[]} */ from) => from[Math.floor(random() * from.length)];
  const itemIds = new Set(Array.from({ length: 1 + Math.floor(random() * MOST_LINES) }, () => pick(plentiful)));
  if (random() < SHARE_OF_HOT_ORDERS) itemIds.delete([...itemIds][0]) && itemIds.add(pick(hot));
  return [...itemIds].map((itemId) => ({ itemId, quantity: 1 + Math.floor(random() * MOST_PIECES) }));
}

/**
 * @param {Iterable<{ items: OrderLine[] }>} orders
 * @returns {Map<string, number>} pieces by item
 */
export function demandOf(orders) {
  const demand = new Map();
  for (const { items } of orders) {
    for (const { itemId, quantity } of items) demand.set(itemId, (demand.get(itemId) ?? 0) + quantity);
  }
  return demand;
}

/**
 * @param {string} prefix
 * @param {number} count
 */
function names(prefix, count) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
