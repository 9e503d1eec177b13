import { IsISO8601, IsISO4217CurrencyCode, IsNumber, IsOptional, Min } from 'class-validator';
import { Topic } from './topic.js';
import { AreOrderItems, IsId, OrderItem } from './vocabulary.js';

/** The order service has accepted an order; nothing is decided yet. */
export class OrderCreated {
  static readonly type = 'ORDER_CREATED';

  @IsId()
  orderId!: string;

  @IsId()
  customerId!: string;

  @AreOrderItems()
  items!: OrderItem[];

  /** In units of the currency. */
  @IsNumber()
  @Min(0)
  totalAmount!: number;

  @IsOptional()
  @IsISO4217CurrencyCode()
  currency?: string;

  @IsISO8601()
  createdAt!: string;
}

/** What happens to orders, keyed by order id. Told by the order service. */
export const orderEvents = new Topic('order-events', [OrderCreated] as const);
