import type { Shortage } from './shelf.js';

export interface Quantity {
  readonly itemId: string;
  readonly quantity: number;
}

/** What every event of an order says. */
export interface OrderFacts {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly Quantity[];
}

/** What happens to an order, as the order service tells it. */
export interface OrderEvent extends OrderFacts {
  readonly kind: 'created' | 'cancelled' | 'fulfilled';
}

/**
 * - `HELD`: its items are part of `reserved`.
 * - `REJECTED`: they could not be had.
 * - `RELEASED`: they came back, or were never taken, as the order is cancelled.
 * - `DEDUCTED`: they have left the house.
 * - `CANCELLED`: the order is cancelled, but has not come yet; when it comes, nothing is taken for it.
 */
export type ReservationStatus = 'HELD' | 'REJECTED' | 'RELEASED' | 'DEDUCTED' | 'CANCELLED';

export interface Reservation extends OrderFacts {
  readonly status: ReservationStatus;
  /**
   * What the order was short of when it was decided; empty where it was held. Null where it is not decided, as its
   * cancellation came first, and where a version that did not keep this has decided it.
   */
  readonly shortages: readonly Shortage[] | null;
}

/** What an event does to a reservation; `nothing`: it was here before, or there is nothing to undo. */
export type Step = 'reserve' | 'release' | 'deduct' | 'remember' | 'decline' | 'nothing' | 'contradict';

const STEPS: Readonly<Record<OrderEvent['kind'], Readonly<Record<ReservationStatus | 'NONE', Step>>>> = {
  created: {
    NONE: 'reserve',
    CANCELLED: 'decline',
    HELD: 'nothing',
    REJECTED: 'nothing',
    RELEASED: 'nothing',
    DEDUCTED: 'nothing',
  },
  cancelled: {
    NONE: 'remember',
    CANCELLED: 'nothing',
    HELD: 'release',
    REJECTED: 'nothing',
    RELEASED: 'nothing',
    DEDUCTED: 'contradict',
  },
  fulfilled: {
    NONE: 'contradict',
    CANCELLED: 'contradict',
    HELD: 'deduct',
    REJECTED: 'contradict',
    RELEASED: 'contradict',
    DEDUCTED: 'nothing',
  },
};

export function stepFor(event: OrderEvent['kind'], status: ReservationStatus | undefined): Step {
  return STEPS[event][status ?? 'NONE'];
}
