import { randomBytes } from 'node:crypto';
import { firstOf, present } from './present.ts';
import { oneOf, randomNumbers } from './random.ts';

export interface OrderLine {
  itemId: string;
  quantity: number;
}

export interface PlannedOrder {
  customerId: string;
  items: OrderLine[];
  totalAmount: number;
}

export interface PlannedItem {
  itemId: string;
  name: string;
  onHand: number;
}

export interface Plan {
  runId: string;
  customerIds: string[];
  items: PlannedItem[];
  orders: PlannedOrder[];
}

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
 */
export function planRun({ orders: count, customers }: { orders: number; customers: number }): Plan {
  const runId = `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
  const random = randomNumbers(SEED);
  const plentiful = names(`LOAD-${runId}-ITEM`, PLENTIFUL_ITEMS);
  const hot = names(`LOAD-${runId}-HOT`, HOT_ITEMS);
  const customerIds = names(`LOAD-${runId}-CUST`, Math.min(customers, count));
  const orders = Array.from({ length: count }, (_, index) => ({
    customerId: present(customerIds[index % customerIds.length], 'a customer'),
    items: pickLines({ plentiful, hot, random }),
    totalAmount: index + 1,
  }));
  const demand = demandOf(orders);
  const stockOf = (itemId: string, share: number) => Math.floor((demand.get(itemId) ?? 0) * share);
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

/** One to three different items, among them sometimes one hot one. */
function pickLines({
  plentiful,
  hot,
  random,
}: {
  plentiful: string[];
  hot: string[];
  random: () => number;
}): OrderLine[] {
  const pick = (from: string[]) => oneOf(random, from);
  const itemIds = new Set(Array.from({ length: 1 + Math.floor(random() * MOST_LINES) }, () => pick(plentiful)));
  if (random() < SHARE_OF_HOT_ORDERS) {
    itemIds.delete(firstOf([...itemIds], 'an item'));
    itemIds.add(pick(hot));
  }
  return [...itemIds].map((itemId) => ({ itemId, quantity: 1 + Math.floor(random() * MOST_PIECES) }));
}

/** @returns the pieces by item */
export function demandOf(orders: Iterable<{ items: OrderLine[] }>): Map<string, number> {
  const demand = new Map<string, number>();
  for (const { items } of orders) {
    for (const { itemId, quantity } of items) demand.set(itemId, (demand.get(itemId) ?? 0) + quantity);
  }
  return demand;
}

function names(prefix: string, count: number) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
