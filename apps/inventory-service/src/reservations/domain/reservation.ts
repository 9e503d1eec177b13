import type { Quantity, Shortage } from './working-stock.js';

/** What every event of an order carries. */
export interface OrderFacts {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly Quantity[];
}

/** What has happened to an order. */
export type OrderEvent = OrderFacts &
  (
    | { readonly kind: 'created' | 'cancelled' }
    /** A shipment, while more is left; `part` counts from 1. */
    | { readonly kind: 'partially-fulfilled'; readonly part: number; readonly shipment: readonly Quantity[] }
    /** Everything that was left is shipped, except for what was cancelled instead. */
    | { readonly kind: 'fulfilled'; readonly cancelled?: readonly Quantity[] }
  );

/**
 * - `HELD`: the order's items, or what is left of them after shipments of a part, are part of `reserved`.
 * - `REJECTED`: at least one item was short, so nothing was reserved.
 * - `RELEASED`: the order is cancelled; its items are available again, or were never reserved.
 * - `DEDUCTED`: the items have left the warehouse, or were cancelled after others had left.
 * - `CANCELLED`: the cancellation arrived before the order itself; when the order arrives, nothing is reserved for it.
 */
export type ReservationStatus = 'HELD' | 'REJECTED' | 'RELEASED' | 'DEDUCTED' | 'CANCELLED';

export interface Reservation extends OrderFacts {
  readonly status: ReservationStatus;
  /**
   * What the order was short of when it was decided; empty if its items were reserved. Null if it was never decided, because
   * its cancellation arrived first, or if a version that did not store shortages decided it.
   */
  readonly shortages: readonly Shortage[] | null;
  /** How many shipments of a part have been deducted. */
  readonly parts: number;
  /**
   * Null unless a part has been shipped. While the reservation is `HELD`, what is left of the items; after that, what was
   * cancelled instead of shipped.
   */
  readonly remaining: readonly Quantity[] | null;
}

/** What a reservation holds while it is `HELD`. */
export function heldBy({ items, remaining }: Pick<Reservation, 'items' | 'remaining'>): readonly Quantity[] {
  return remaining ?? items;
}

/** What an event does to a reservation. */
export type Step =
  | 'reserve'
  | 'release'
  | 'deduct-part'
  | 'deduct'
  /** The cancellation arrived before the order. */
  | 'record-cancellation'
  /** The order arrives after its cancellation. */
  | 'release-unreserved'
  /** The event took effect before, or there is nothing to undo. */
  | 'ignore'
  /** The order service cannot have published this event for an order in this state. */
  | 'fail';

const STEPS: Readonly<Record<OrderEvent['kind'], Readonly<Record<ReservationStatus | 'NONE', Step>>>> = {
  created: {
    NONE: 'reserve',
    CANCELLED: 'release-unreserved',
    HELD: 'ignore',
    REJECTED: 'ignore',
    RELEASED: 'ignore',
    DEDUCTED: 'ignore',
  },
  cancelled: {
    NONE: 'record-cancellation',
    CANCELLED: 'ignore',
    HELD: 'release',
    REJECTED: 'ignore',
    RELEASED: 'ignore',
    DEDUCTED: 'fail',
  },
  'partially-fulfilled': {
    NONE: 'fail',
    CANCELLED: 'fail',
    HELD: 'deduct-part',
    REJECTED: 'fail',
    RELEASED: 'fail',
    DEDUCTED: 'ignore',
  },
  fulfilled: {
    NONE: 'fail',
    CANCELLED: 'fail',
    HELD: 'deduct',
    REJECTED: 'fail',
    RELEASED: 'fail',
    DEDUCTED: 'ignore',
  },
};

export function stepFor(event: OrderEvent['kind'], status: ReservationStatus | undefined): Step {
  return STEPS[event][status ?? 'NONE'];
}
