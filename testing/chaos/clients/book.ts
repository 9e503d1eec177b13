import type { PlannedOrder } from './plan-order.ts';

/** What its client knows of an order */
export interface BookedOrder {
  plan: PlannedOrder;
  /** when the first request was sent, ms since the epoch */
  startedAt: number;
  /** when the 201 came */
  acceptedAt?: number;
  /** that the first 201 named */
  orderId?: string;
  /** that further 201s named: there must be none */
  otherIds: string[];
  /** what was asked and how it was answered, in turn */
  requests: string[];
  /** whether a request may have been kept */
  mayExist: boolean;
  /** what was asked of it at all */
  asked: Set<'cancel' | 'fulfil'>;
  /** what was answered with 200 */
  granted: Set<'cancel' | 'fulfil'>;
}

/** What the clients of a run know. */
export class Book {
  orders: BookedOrder[] = [];
  /** what was created of which item */
  items: Map<string, number> = new Map();
  /** Answers that no client can make sense of. */
  absurd: { orderId?: string; story: string }[] = [];
  counts = { accepted: 0, cancelled: 0, fulfilled: 0, refused: 0, unanswered: 0 };

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
