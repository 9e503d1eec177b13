import { IsISO8601, IsISO4217CurrencyCode, IsOptional } from 'class-validator';
import { Topic } from './topic.js';
import { IsAmount, IsReason, OrderFacts } from './vocabulary.js';

/** The order service has accepted an order; nothing is decided yet. */
export class OrderCreated extends OrderFacts {
  static readonly type = 'ORDER_CREATED';

  /** In units of the currency. */
  @IsAmount()
  totalAmount!: number;

  @IsOptional()
  @IsISO4217CurrencyCode()
  currency?: string;

  @IsISO8601()
  createdAt!: string;
}

/** The client does not want an order any more; what is held for it is to come back. */
export class OrderCancelled extends OrderFacts {
  static readonly type = 'ORDER_CANCELLED';

  /** The client's words. */
  @IsOptional()
  @IsReason()
  reason?: string;

  @IsISO8601()
  cancelledAt!: string;
}

/** The goods of a confirmed order have left the house. */
export class OrderFulfilled extends OrderFacts {
  static readonly type = 'ORDER_FULFILLED';

  @IsISO8601()
  fulfilledAt!: string;
}

/** What happens to orders, keyed by order id. Told by the order service. */
export const orderEvents = new Topic('order-events', [OrderCreated, OrderCancelled, OrderFulfilled] as const);
