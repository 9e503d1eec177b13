import { IsOptional } from 'class-validator';
import { Topic } from './topic.js';
import { IsAmount, IsEventCurrency, IsReason, IsTime, OrderFacts } from './vocabulary.js';

export class OrderCreated extends OrderFacts {
  static readonly type = 'ORDER_CREATED';
  static readonly about = 'An order is accepted; nothing is decided yet.';

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
  static readonly about = 'The client does not want an order any more; what is held for it is to come back.';

  /** The client's words. */
  @IsOptional()
  @IsReason()
  reason?: string;

  @IsTime()
  cancelledAt!: string;
}

export class OrderFulfilled extends OrderFacts {
  static readonly type = 'ORDER_FULFILLED';
  static readonly about = 'The goods of a confirmed order have left the house; what was held for it is deducted.';

  @IsTime()
  fulfilledAt!: string;
}

/** Keyed by order id. */
export const orderEvents = new Topic('order-events', 'What happens to orders.', [
  OrderCreated,
  OrderCancelled,
  OrderFulfilled,
] as const);
