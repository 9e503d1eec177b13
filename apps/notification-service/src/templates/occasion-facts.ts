import type { Language } from '../contacts/contact.js';
import type { Occasion } from '../notifications/domain/compose-notification.js';

/** What templates can name. Each is always there, so that a template with any other name fails; null: the event does not say. */
export function factsOf(occasion: Occasion, language: Language) {
  const { type, order } = occasion;
  const { orderId, customerId, items } = order;
  const optional = { shortages: null, shipment: null, cancelled: null, reason: null };
  return { ...optional, ...withoutUndefined(occasion), type, orderId, customerId, items, language };
}

const withoutUndefined = ({ order: _, ...rest }: Occasion) =>
  Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));

const order = { orderId: 'o-1', customerId: 'c-1', items: [{ itemId: 'CUP', quantity: 2 }] };
const { items } = order;
const reason = 'reason';

/** An occasion for each branch of the templates. */
export const SAMPLES: readonly Occasion[] = [
  { type: 'ORDER_CREATED', order },
  { type: 'INVENTORY_RESERVED', order },
  { type: 'INVENTORY_INSUFFICIENT', order, shortages: [] },
  { type: 'INVENTORY_INSUFFICIENT', order, shortages: [{ itemId: 'CUP', requested: 2, available: 1 }] },
  { type: 'ORDER_CANCELLED', order },
  { type: 'ORDER_CANCELLED', order, reason },
  { type: 'ORDER_PARTIALLY_FULFILLED', order, shipment: items },
  { type: 'ORDER_FULFILLED', order },
  { type: 'ORDER_FULFILLED', order, shipment: items },
  { type: 'ORDER_FULFILLED', order, cancelled: items },
  { type: 'ORDER_FULFILLED', order, cancelled: items, reason },
];
