import { IsInt, IsOptional, Min } from 'class-validator';
import { Topic } from './topic.js';
import { AreOrderItems, IsAmount, IsEventCurrency, IsReason, IsTime, OrderFacts, OrderItem } from './vocabulary.js';

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

export class OrderPartiallyFulfilled extends OrderFacts {
  static readonly type = 'ORDER_PARTIALLY_FULFILLED';
  static readonly about = 'A part of a confirmed order has left the warehouse; the rest stays reserved.';

  /** The number of the shipment, from 1. */
  @IsInt()
  @Min(1)
  part!: number;

  /** What has left the warehouse; it is deducted from the stock. */
  @AreOrderItems()
  shipment!: OrderItem[];

  @IsTime()
  fulfilledAt!: string;
}

export class OrderFulfilled extends OrderFacts {
  static readonly type = 'ORDER_FULFILLED';
  static readonly about =
    'All items of a confirmed order, or all that were left of it, have left the warehouse or are cancelled.';

  /** The last shipment, if the order was fulfilled in parts. */
  @IsOptional()
  @AreOrderItems()
  shipment?: OrderItem[];

  /** What was cancelled after other parts had been shipped; it must be released. Everything else is deducted from the stock. */
  @IsOptional()
  @AreOrderItems()
  cancelled?: OrderItem[];

  /** Why, in the client's words. */
  @IsOptional()
  @IsReason()
  reason?: string;

  @IsTime()
  fulfilledAt!: string;
}

/** Keyed by order id. */
export const orderEvents = new Topic('order-events', 'Changes of orders.', [
  OrderCreated,
  OrderCancelled,
  OrderPartiallyFulfilled,
  OrderFulfilled,
] as const);
