import type { PlannedOrder } from './plan-order.ts';

/** What a client does with its order; `ship` fulfils a part. */
export type Act = 'cancel' | 'ship' | 'fulfil';

/** The client's knowledge of an order. */
export interface BookedOrder {
  plan: PlannedOrder;
  /** When the first request was sent, in ms since the epoch. */
  startedAt: number;
  /** When the 201 arrived. */
  acceptedAt?: number;
  /** The order id of the first 201. */
  orderId?: string;
  /** Other order ids of further 201s; there must be none. */
  otherIds: string[];
  /** Requests and responses, in order. */
  requests: string[];
  /** Whether a request may have been stored. */
  mayExist: boolean;
  /** The acts that were requested. */
  asked: Set<Act>;
  /** The acts that got a 200. */
  granted: Set<Act>;
}

/** The clients' knowledge of a run. */
export class Book {
  orders: BookedOrder[] = [];
  /** The pieces by item that were created, and what adjustments have added to them. */
  items: Map<string, number> = new Map();
  /** Responses that the API does not allow. */
  absurd: { orderId?: string; story: string }[] = [];
  counts = { accepted: 0, cancelled: 0, shipped: 0, fulfilled: 0, adjusted: 0, refused: 0, unanswered: 0 };

  open(plan: PlannedOrder): BookedOrder {
    const startedAt = Date.now();
    const order: BookedOrder = {
      plan,
      startedAt,
      otherIds: [],
      requests: [],
      mayExist: false,
      asked: new Set(),
      granted: new Set(),
    };
    this.orders.push(order);
    return order;
  }

  accept(order: BookedOrder, orderId: string) {
    if (order.orderId === undefined) {
      order.orderId = orderId;
      order.acceptedAt = Date.now();
      this.counts.accepted += 1;
    } else if (order.orderId !== orderId) order.otherIds.push(orderId);
  }
}
