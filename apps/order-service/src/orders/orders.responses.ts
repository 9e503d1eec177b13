import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Actor, ACTORS, ORDER_STATUSES, type OrderStatus } from './domain/order-status.js';
import { OrderItemRequest } from './orders.requests.js';

export class ShortageResponse {
  @ApiProperty({ example: 'ITEM-001' })
  itemId!: string;

  @ApiProperty({ type: 'integer', example: 100 })
  requested!: number;

  @ApiProperty({ type: 'integer', example: 57, description: '0 for an item that does not exist' })
  available!: number;
}

export class StatusChangeResponse {
  @ApiProperty({ enum: ORDER_STATUSES })
  status!: OrderStatus;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: Date;

  @ApiPropertyOptional({
    enum: ACTORS,
    description: 'Who changed it; absent if the service does not authenticate its callers',
  })
  by?: Actor;

  @ApiPropertyOptional({ example: 'ITEM-001: 100 requested, 57 available' })
  reason?: string;

  @ApiPropertyOptional({ type: [ShortageResponse], description: 'The items that a rejected order was short of' })
  shortages?: readonly ShortageResponse[];

  @ApiPropertyOptional({
    type: 'integer',
    description: 'The number of the shipment, from 1, of an order fulfilled in parts',
  })
  part?: number;

  @ApiPropertyOptional({
    type: [OrderItemRequest],
    description: 'What was shipped, if the order is fulfilled in parts',
  })
  shipment?: readonly OrderItemRequest[];

  @ApiPropertyOptional({
    type: [OrderItemRequest],
    description: 'What was cancelled after other parts had been shipped',
  })
  cancelled?: readonly OrderItemRequest[];
}

export class OrderResponse {
  @ApiProperty({ format: 'uuid' })
  orderId!: string;

  @ApiProperty({ example: 'CUST-123' })
  customerId!: string;

  @ApiProperty({ type: [OrderItemRequest] })
  items!: readonly OrderItemRequest[];

  @ApiProperty({ type: 'number', example: 2500, description: 'In units of the currency' })
  totalAmount!: number;

  @ApiPropertyOptional({ example: 'EUR', description: 'ISO 4217' })
  currency?: string;

  @ApiProperty({ enum: ORDER_STATUSES })
  status!: OrderStatus;

  @ApiProperty({ type: [StatusChangeResponse], description: 'Oldest first' })
  history!: readonly StatusChangeResponse[];

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: Date;
}

export class OrderPageResponse {
  @ApiProperty({ type: [OrderResponse] })
  data!: readonly OrderResponse[];

  @ApiProperty({ type: 'string', nullable: true, description: 'The `cursor` of the next page; null on the last page' })
  nextCursor!: string | null;
}
