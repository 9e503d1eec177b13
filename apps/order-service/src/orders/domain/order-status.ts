import type { OrderLine } from './order-line.js';

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'PARTIALLY_FULFILLED' | 'FULFILLED' | 'REJECTED' | 'CANCELLED';

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** What inventory has decided about an order. */
export type InventoryReply =
  { readonly kind: 'reserved' } | { readonly kind: 'insufficient'; readonly shortages: readonly Shortage[] };

/** Who makes a change: the customer of the order, somebody for the shop, or the services themselves. */
export const ACTORS = ['customer', 'staff', 'system'] as const;

export type Actor = (typeof ACTORS)[number];

/** What can happen to an order after it was placed. */
export type Step = InventoryReply['kind'] | 'partially-fulfilled' | 'fulfilled' | 'cancelled' | 'expired';

export interface StatusChange {
  readonly status: OrderStatus;
  readonly at: Date;
  /** Absent if the service did not authenticate its callers, or an older version made the change. */
  readonly by?: Actor;
  /** Why the order was rejected or cancelled, if that is known. */
  readonly reason?: string;
  /** What a rejected order was short of; absent if an older version rejected it. */
  readonly shortages?: readonly Shortage[];
  /** The number of the shipment, from 1, if the order is fulfilled in parts. */
  readonly part?: number;
  /** The pieces of this shipment, if the order is fulfilled in parts. */
  readonly shipment?: readonly OrderLine[];
  /** The pieces that were cancelled after others had been shipped. */
  readonly cancelled?: readonly OrderLine[];
}

/** A step that is missing here changes nothing: the order is already decided or closed. */
const NEXT: Readonly<Record<OrderStatus, Readonly<Partial<Record<Step, OrderStatus>>>>> = {
  PENDING: { reserved: 'CONFIRMED', insufficient: 'REJECTED', cancelled: 'CANCELLED' },
  CONFIRMED: {
    'partially-fulfilled': 'PARTIALLY_FULFILLED',
    fulfilled: 'FULFILLED',
    cancelled: 'CANCELLED',
    expired: 'CANCELLED',
  },
  PARTIALLY_FULFILLED: {
    'partially-fulfilled': 'PARTIALLY_FULFILLED',
    fulfilled: 'FULFILLED',
    // What has been shipped stays shipped; the rest is cancelled.
    cancelled: 'FULFILLED',
    expired: 'FULFILLED',
  },
  FULFILLED: {},
  REJECTED: {},
  CANCELLED: {},
};

/** Each status that an order can have. */
export const ORDER_STATUSES = Object.keys(NEXT) as OrderStatus[];

/** The status after a step; undefined if this status does not allow it. */
export function statusAfter(step: Step, status: OrderStatus): OrderStatus | undefined {
  return NEXT[status][step];
}

/** The change that inventory's reply makes to an order in this status; undefined if the order is already decided. */
export function decideOrder(status: OrderStatus, reply: InventoryReply, at: Date): StatusChange | undefined {
  const next = statusAfter(reply.kind, status);
  if (next === undefined) return undefined;
  const change = { status: next, at, by: 'system' } as const;
  if (reply.kind === 'reserved' || reply.shortages.length === 0) return change; // an old event may name no shortage
  const shortages = reply.shortages.map(({ itemId, requested, available }) => ({ itemId, requested, available }));
  return { ...change, reason: shortages.map(describeShortage).join('; '), shortages };
}

function describeShortage({ itemId, requested, available }: Shortage): string {
  return `${itemId}: ${requested} requested, ${available} available`;
}
