export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED' | 'FULFILLED';

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** What inventory has decided about an order. */
export type InventoryReply =
  { readonly kind: 'reserved' } | { readonly kind: 'insufficient'; readonly shortages: readonly Shortage[] };

/** How a client closes an order. */
export type ClosingAction = { readonly kind: 'cancelled'; readonly reason?: string } | { readonly kind: 'fulfilled' };

/** Nobody has fulfilled the order in time. */
export interface Expiry {
  readonly kind: 'expired';
}

/** Everything that can change the status of an order. */
export type Trigger = InventoryReply | ClosingAction | Expiry;

/** The reason of an order that was cancelled because it expired. */
export const EXPIRED = 'EXPIRED';

export interface StatusChange {
  readonly status: OrderStatus;
  readonly at: Date;
  /** Why the order was rejected or cancelled, if that is known. */
  readonly reason?: string;
  /** What a rejected order was short of; absent if an older version rejected it. */
  readonly shortages?: readonly Shortage[];
}

/** A trigger that is missing here changes nothing: the order is already decided or closed. */
const NEXT: Readonly<Record<OrderStatus, Readonly<Partial<Record<Trigger['kind'], OrderStatus>>>>> = {
  PENDING: { reserved: 'CONFIRMED', insufficient: 'REJECTED', cancelled: 'CANCELLED' },
  CONFIRMED: { fulfilled: 'FULFILLED', cancelled: 'CANCELLED', expired: 'CANCELLED' },
  REJECTED: {},
  CANCELLED: {},
  FULFILLED: {},
};

/** Each status that an order can have. */
export const ORDER_STATUSES = Object.keys(NEXT) as OrderStatus[];

/** The change that a trigger makes to an order in this status; undefined if the status does not allow it. */
export function transitionOrder(status: OrderStatus, trigger: Trigger, at: Date): StatusChange | undefined {
  const next = NEXT[status][trigger.kind];
  if (next === undefined) return undefined;
  const reason = reasonOf(trigger);
  return { status: next, at, ...(reason === undefined ? {} : { reason }), ...shortagesOf(trigger) };
}

function reasonOf(trigger: Trigger): string | undefined {
  if (trigger.kind === 'insufficient') return trigger.shortages.map(describeShortage).join('; ') || undefined;
  if (trigger.kind === 'expired') return EXPIRED;
  return trigger.kind === 'cancelled' ? trigger.reason : undefined;
}

/** An event that is published again for an old order may name none. */
function shortagesOf(trigger: Trigger): Pick<StatusChange, 'shortages'> {
  if (trigger.kind !== 'insufficient' || trigger.shortages.length === 0) return {};
  return { shortages: trigger.shortages.map(({ itemId, requested, available }) => ({ itemId, requested, available })) };
}

function describeShortage({ itemId, requested, available }: Shortage): string {
  return `${itemId}: ${requested} requested, ${available} available`;
}
