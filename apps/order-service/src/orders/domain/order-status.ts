export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED' | 'FULFILLED';

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** What inventory says of an order. */
export type Answer =
  { readonly kind: 'reserved' } | { readonly kind: 'insufficient'; readonly shortages: readonly Shortage[] };

/** How a client ends an order. */
export type Ending = { readonly kind: 'cancelled'; readonly reason?: string } | { readonly kind: 'fulfilled' };

/** All that can change the status of an order. */
export type Trigger = Answer | Ending;

export interface StatusChange {
  readonly status: OrderStatus;
  readonly at: Date;
  /** Why, where it does not go without saying. */
  readonly reason?: string;
}

/** A pair that is not here changes nothing: the order is decided, or at its end. */
const NEXT: Readonly<Record<OrderStatus, Readonly<Partial<Record<Trigger['kind'], OrderStatus>>>>> = {
  PENDING: { reserved: 'CONFIRMED', insufficient: 'REJECTED', cancelled: 'CANCELLED' },
  CONFIRMED: { fulfilled: 'FULFILLED', cancelled: 'CANCELLED' },
  REJECTED: {},
  CANCELLED: {},
  FULFILLED: {},
};

/** The change that a trigger makes to an order of this status; undefined where the status does not allow it. */
export function transition(status: OrderStatus, trigger: Trigger, at: Date): StatusChange | undefined {
  const next = NEXT[status][trigger.kind];
  if (next === undefined) return undefined;
  const reason = reasonOf(trigger);
  return { status: next, at, ...(reason === undefined ? {} : { reason }) };
}

function reasonOf(trigger: Trigger): string | undefined {
  if (trigger.kind === 'insufficient') return trigger.shortages.map(sayShortage).join('; ') || undefined;
  return trigger.kind === 'cancelled' ? trigger.reason : undefined;
}

function sayShortage({ itemId, requested, available }: Shortage): string {
  return `${itemId}: ${requested} requested, ${available} available`;
}
