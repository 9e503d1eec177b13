import type { OrderLine } from './order-line.js';
import { type Actor, type StatusChange, statusAfter } from './order-status.js';
import type { Order } from './order.js';

/** How a client closes an order, or ships a part of it. */
export type ClosingAction =
  | { readonly kind: 'cancelled'; readonly reason?: string }
  /** Without `items`, everything that is left. */
  | { readonly kind: 'fulfilled'; readonly items?: readonly OrderLine[] };

/** Nobody has fulfilled the order in time. */
export interface Expiry {
  readonly kind: 'expired';
}

/** An item of which a shipment has more pieces than the order has left. */
export interface Excess {
  readonly itemId: string;
  readonly requested: number;
  readonly left: number;
}

export type Closing =
  | { readonly kind: 'closed'; readonly change: StatusChange }
  /** The order's status does not allow it. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'too-many'; readonly excess: readonly Excess[] }
  /** The order has so many shipments that the next one must hold all that is left. */
  | { readonly kind: 'too-many-parts' };

/** Each shipment is kept in the order's history. */
export const MAX_PARTS = 100;

/** The reason of what was cancelled because the order expired. */
export const EXPIRED = 'EXPIRED';

/**
 * Decides how an order is closed. A shipment of everything that is left fulfils the order, a smaller one leaves the rest
 * reserved. If a part has been shipped, a cancellation concerns the rest, and the order ends as `FULFILLED`.
 */
export function closeOrder(
  order: Order,
  trigger: ClosingAction | Expiry,
  { at, by }: { at: Date; by?: Actor | undefined },
): Closing {
  const left = leftToShip(order);
  const shipment = trigger.kind === 'fulfilled' ? (trigger.items ?? left) : undefined;
  const isPart = shipment !== undefined && !isAllOf(left, shipment);
  const status = statusAfter(isPart ? 'partially-fulfilled' : trigger.kind, order.status);
  if (status === undefined) return { kind: 'forbidden' };
  const excess = shipment ? excessOf(left, shipment) : [];
  if (excess.length > 0) return { kind: 'too-many', excess };
  const part = partsOf(order) + 1;
  if (isPart && part === MAX_PARTS) return { kind: 'too-many-parts' };
  const reason = reasonOf(trigger);
  const change: StatusChange = {
    status,
    at,
    ...(by && { by }),
    ...(reason === undefined ? {} : { reason }),
    ...(shipment && (isPart || part > 1) ? { part, shipment } : {}),
    ...(!shipment && part > 1 ? { cancelled: left } : {}),
  };
  return { kind: 'closed', change };
}

/** The pieces of an order that have not been shipped. */
export function leftToShip({ items, history }: Pick<Order, 'items' | 'history'>): OrderLine[] {
  const shipped = history.flatMap(({ shipment = [] }) => shipment);
  return items
    .map(({ itemId, quantity }) => ({ itemId, quantity: quantity - quantityOf(itemId, shipped) }))
    .filter(({ quantity }) => quantity > 0);
}

function partsOf({ history }: Order): number {
  return history.filter(({ shipment }) => shipment).length;
}

function excessOf(left: readonly OrderLine[], shipment: readonly OrderLine[]): Excess[] {
  return shipment
    .map(({ itemId, quantity }) => ({ itemId, requested: quantity, left: quantityOf(itemId, left) }))
    .filter(({ requested, left: available }) => requested > available);
}

function isAllOf(left: readonly OrderLine[], shipment: readonly OrderLine[]): boolean {
  return (
    left.length === shipment.length && left.every(({ itemId, quantity }) => quantityOf(itemId, shipment) === quantity)
  );
}

function quantityOf(itemId: string, lines: readonly OrderLine[]): number {
  return lines.reduce((sum, line) => (line.itemId === itemId ? sum + line.quantity : sum), 0);
}

function reasonOf(trigger: ClosingAction | Expiry): string | undefined {
  if (trigger.kind === 'expired') return EXPIRED;
  return trigger.kind === 'cancelled' ? trigger.reason : undefined;
}
