import { ApiProperty } from '@nestjs/swagger';
import { AreOrderItems, IsId, IsQuantity, IsReason } from '@orderflow/events';
import { IsCursor, IsInstant, PageQuery, UUID } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import { ORDER_STATUSES, type OrderStatus } from './domain/order-status.js';
import { IsAmountIn, IsCurrency } from './money.js';

export class OrderItemRequest {
  @ApiProperty({ example: 'ITEM-001' })
  @IsId()
  itemId!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  @IsQuantity()
  quantity!: number;
}

export class PlaceOrderRequest {
  @ApiProperty({
    required: false,
    example: 'CUST-123',
    description: 'Required, unless the token names the customer; then it is that one or left out',
  })
  @IsId()
  customerId!: string;

  @ApiProperty({ type: [OrderItemRequest], description: 'Each item at most once' })
  @AreOrderItems(OrderItemRequest)
  items!: OrderItemRequest[];

  @ApiProperty({
    example: 2500,
    description:
      'In units of the currency, with at most as many decimals as ISO 4217 gives it (0 for JPY, 3 for KWD), or two without a currency',
  })
  @IsAmountIn('currency')
  totalAmount!: number;

  @ApiProperty({ example: 'EUR', description: 'ISO 4217, in capital letters' })
  @IsOptional()
  @IsCurrency()
  currency?: string;
}

export class CancelOrderRequest {
  @ApiProperty({ example: 'Changed my mind', description: 'Without control characters' })
  @IsOptional()
  @IsReason()
  reason?: string;
}

export class FulfilOrderRequest {
  @ApiProperty({
    type: [OrderItemRequest],
    description: 'What this shipment holds, each item at most once; everything that is left unless given',
  })
  @IsOptional()
  @AreOrderItems(OrderItemRequest)
  items?: OrderItemRequest[];
}

export class ListOrdersQuery extends PageQuery {
  @IsCursor(UUID)
  cursor?: string;

  @IsOptional()
  @IsId()
  customerId?: string;

  @IsOptional()
  @IsIn(ORDER_STATUSES)
  status?: OrderStatus;

  @ApiProperty({ description: 'Created at this time or later' })
  @IsOptional()
  @IsInstant()
  from?: Date;

  @ApiProperty({ description: 'Created before this time' })
  @IsOptional()
  @IsInstant()
  to?: Date;

  @ApiProperty({ description: 'Only orders that are undecided for longer than `ORDER_LATE_SECONDS` of the service' })
  @IsOptional()
  @IsIn(['true'])
  late?: 'true';
}
