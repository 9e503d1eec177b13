import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AreOrderItems, IsId, IsQuantity, IsReason, MAX_QUANTITY, MAX_REASON_LENGTH } from '@orderflow/events';
import { PageQuery } from '@orderflow/http';
import { IsIn, IsISO4217CurrencyCode, IsISO8601, IsNumber, IsOptional, Max, Min } from 'class-validator';
import type { OrderStatus } from './domain/order-status.js';

const ID_SCHEMA = { pattern: '^[\\x21-\\x7e]{1,64}$', minLength: 1, maxLength: 64 };
export const ORDER_STATUSES: OrderStatus[] = ['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED', 'FULFILLED'];

export class OrderItemRequest {
  @ApiProperty({ ...ID_SCHEMA, example: 'ITEM-001' })
  @IsId()
  itemId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_QUANTITY, example: 2 })
  @IsQuantity()
  quantity!: number;
}

export class PlaceOrderRequest {
  @ApiProperty({ ...ID_SCHEMA, example: 'CUST-123' })
  @IsId()
  customerId!: string;

  @ApiProperty({ type: [OrderItemRequest], minItems: 1, maxItems: 100, description: 'Each item once' })
  @AreOrderItems(OrderItemRequest)
  items!: OrderItemRequest[];

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1e11,
    example: 2500,
    description: 'In units of the currency, with at most four decimals',
  })
  @IsNumber({ maxDecimalPlaces: 4 })
  @Min(0)
  @Max(1e11)
  totalAmount!: number;

  @ApiPropertyOptional({ example: 'EUR', description: 'ISO 4217' })
  @IsOptional()
  @IsISO4217CurrencyCode()
  currency?: string;
}

export class CancelOrderRequest {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: MAX_REASON_LENGTH,
    example: 'Changed my mind',
    description: 'Without control characters',
  })
  @IsOptional()
  @IsReason()
  reason?: string;
}

export class ListOrdersQuery extends PageQuery {
  @ApiPropertyOptional(ID_SCHEMA)
  @IsOptional()
  @IsId()
  customerId?: string;

  @ApiPropertyOptional({ enum: ORDER_STATUSES })
  @IsOptional()
  @IsIn(ORDER_STATUSES)
  status?: OrderStatus;

  @ApiPropertyOptional({ format: 'date-time', description: 'Created then or later' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Created before' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}
