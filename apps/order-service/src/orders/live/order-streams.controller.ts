import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CalledBy, type Caller, customerWithin, Requires } from '@orderflow/auth';
import { IsId } from '@orderflow/events';
import { EventStreamRoute, type HttpReply, type HttpRequest, Parameters } from '@orderflow/http';
import { IsIn, IsOptional } from 'class-validator';
import { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.js';
import { OrderStreams } from './order-streams.js';

export class StreamOrdersQuery extends Parameters {
  @IsOptional()
  @IsId()
  customerId?: string;

  @IsOptional()
  @IsIn(ORDER_STATUSES)
  status?: OrderStatus;
}

@ApiTags('orders')
@Controller('orders')
export class OrderStreamsController {
  constructor(private readonly streams: OrderStreams) {}

  @Get('stream')
  @Requires('customer', 'orders:read')
  @ApiOperation({
    operationId: 'streamOrders',
    summary: 'Follow the status changes of orders',
    description:
      'Each event is a JSON object: `orderId`, `customerId`, and an entry of the order’s history. A new order is a change to PENDING. The event `reset` says that changes may be missing: read `GET /orders`, and continue.',
  })
  @EventStreamRoute()
  follow(
    @Query() query: StreamOrdersQuery,
    @CalledBy() caller: Caller,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    return this.streams.open(request, reply, { ...query, customerId: customerWithin(caller, query.customerId) });
  }
}
