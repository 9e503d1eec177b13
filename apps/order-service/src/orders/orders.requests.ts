import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  AreOrderItems,
  IsAmount,
  IsId,
  IsQuantity,
  IsReason,
  MAX_AMOUNT,
  MAX_QUANTITY,
  MAX_REASON_LENGTH,
} from '@orderflow/events';
import { IsInstant, PageQuery } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import { ORDER_STATUSES, type OrderStatus } from './domain/order-status.js';
import { IsCurrency } from './is-currency.js';

const ID_SCHEMA = { pattern: '^[\\x21-\\x7e]{1,64}$', minLength: 1, maxLength: 64 };

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

  @ApiProperty({ type: [OrderItemRequest], minItems: 1, maxItems: 100, description: 'Each item at most once' })
  @AreOrderItems(OrderItemRequest)
  items!: OrderItemRequest[];

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: MAX_AMOUNT,
    example: 2500,
    description: 'In units of the currency, with at most four decimals',
  })
  @IsAmount()
  totalAmount!: number;

  @ApiPropertyOptional({ example: 'EUR', pattern: '^[A-Z]{3}$', description: 'ISO 4217, in capital letters' })
  @IsOptional()
  @IsCurrency()
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

export class FulfilOrderRequest {
  @ApiPropertyOptional({
    type: [OrderItemRequest],
    minItems: 1,
    maxItems: 100,
    description: 'What this shipment holds, each item at most once; everything that is left unless given',
  })
  @IsOptional()
  @AreOrderItems(OrderItemRequest)
  items?: OrderItemRequest[];
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

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Created at this time or later' })
  @IsOptional()
  @IsInstant()
  from?: Date;

  @ApiPropertyOptional({ type: 'string', format: 'date-time', description: 'Created before this time' })
  @IsOptional()
  @IsInstant()
  to?: Date;

  @ApiPropertyOptional({
    enum: ['true'],
    description: 'Only orders that are undecided for longer than `ORDER_LATE_SECONDS` of the service',
  })
  @IsOptional()
  @IsIn(['true'])
  late?: 'true';
}
