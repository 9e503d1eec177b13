import { IsOptional } from 'class-validator';
import { Topic } from './topic.js';
import { IsAmount, IsEventCurrency, IsReason, IsTime, OrderFacts } from './vocabulary.js';

export class OrderCreated extends OrderFacts {
  static readonly type = 'ORDER_CREATED';
  static readonly about = 'An order was accepted; inventory has yet to decide it.';

  /** In units of the currency. */
  @IsAmount()
  totalAmount!: number;

  @IsOptional()
  @IsEventCurrency()
  currency?: string;

  @IsTime()
  createdAt!: string;
}

export class OrderCancelled extends OrderFacts {
  static readonly type = 'ORDER_CANCELLED';
  static readonly about = 'The client cancelled an order; its reserved items must be released.';

  /** In the client's words. */
  @IsOptional()
  @IsReason()
  reason?: string;

  @IsTime()
  cancelledAt!: string;
}

export class OrderFulfilled extends OrderFacts {
  static readonly type = 'ORDER_FULFILLED';
  static readonly about = 'The items of a confirmed order have left the warehouse and are deducted from the stock.';

  @IsTime()
  fulfilledAt!: string;
}

/** Keyed by order id. */
export const orderEvents = new Topic('order-events', 'Changes of orders.', [
  OrderCreated,
  OrderCancelled,
  OrderFulfilled,
] as const);
