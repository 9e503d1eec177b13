import type { NewOrder } from '@orderflow/client';
import { oneOf } from '../../load/random.ts';

/**
 * `contest`: cancelled and fulfilled at the same time. `ship-in-parts`: a part is fulfilled, then the rest. `ship-and-cancel`: a
 * part is fulfilled, then the rest cancelled.
 */
export type Intent =
  'keep' | 'fulfil' | 'cancel-at-once' | 'cancel-later' | 'contest' | 'ship-in-parts' | 'ship-and-cancel';

export interface PlannedOrder {
  number: number;
  key: string;
  body: NewOrder;
  intent: Intent;
  isHurried: boolean;
}

export const CUSTOMER_IDS = Array.from({ length: 200 }, (_, n) => `CUST-${n + 1}`);
const MOST_LINES = 3;
const MOST_PIECES = 4;
const SHARE_OF_HOT = 0.4;
const SHARE_OF_HURRIED = 0.05;
const INTENTS: [Intent, number][] = [
  ['keep', 0.35],
  ['fulfil', 0.2],
  ['ship-in-parts', 0.06],
  ['ship-and-cancel', 0.04],
  ['cancel-at-once', 0.15],
  ['cancel-later', 0.12],
  ['contest', 0.08],
];

/**
 * What a client orders, and what it does with the order later. The total amount is the order's number in the run, which
 * identifies the request of an order that is found later.
 */
export function planOrder({
  number,
  random,
  plentiful,
  hot,
}: {
  number: number;
  random: () => number;
  plentiful: string[];
  hot: string[];
}): PlannedOrder {
  const pick = (from: string[]) => oneOf(random, from);
  const itemIds = new Set(Array.from({ length: 1 + Math.floor(random() * MOST_LINES) }, () => pick(plentiful)));
  if (hot.length > 0 && random() < SHARE_OF_HOT) itemIds.add(pick(hot));
  return {
    number,
    key: `chaos-${number}`,
    intent: pickIntent(random()),
    isHurried: random() < SHARE_OF_HURRIED,
    body: {
      customerId: pick(CUSTOMER_IDS),
      items: [...itemIds].map((itemId) => ({ itemId, quantity: 1 + Math.floor(random() * MOST_PIECES) })),
      totalAmount: number,
    },
  };
}

function pickIntent(chance: number) {
  let sum = 0;
  return INTENTS.find(([, share]) => (sum += share) > chance)?.[0] ?? 'keep';
}
