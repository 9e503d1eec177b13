export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'REJECTED';

export interface OrderLine {
  readonly itemId: string;
  readonly quantity: number;
}

export interface StatusChange {
  readonly status: OrderStatus;
  readonly at: Date;
  /** Why, where it does not go without saying. */
  readonly reason?: string;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly OrderLine[];
  /** In units of the currency. */
  readonly totalAmount: number;
  readonly currency?: string;
  readonly status: OrderStatus;
  /** Oldest first; the last one is the status. */
  readonly history: readonly StatusChange[];
  readonly createdAt: Date;
}

export type OrderRequest = Pick<Order, 'customerId' | 'items' | 'totalAmount' | 'currency'>;

/** A new order, which inventory has yet to decide. */
export function place(request: OrderRequest, { orderId, at }: { orderId: string; at: Date }): Order {
  return { orderId, ...request, status: 'PENDING', history: [{ status: 'PENDING', at }], createdAt: at };
}

/** What inventory says of an order. */
export type Answer =
  { readonly kind: 'reserved' } | { readonly kind: 'insufficient'; readonly shortages: readonly Shortage[] };

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** The change that an answer makes to an order of this status; undefined where the order is decided already. */
export function settle(status: OrderStatus, answer: Answer, at: Date): StatusChange | undefined {
  if (status !== 'PENDING') return undefined;
  if (answer.kind === 'reserved') return { status: 'CONFIRMED', at };
  return { status: 'REJECTED', at, reason: answer.shortages.map(sayShortage).join('; ') };
}

function sayShortage({ itemId, requested, available }: Shortage): string {
  return `${itemId}: ${requested} requested, ${available} available`;
}
