import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiInternalServerErrorResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { keyAfter, pageOf, type ReplyHeaders } from '@orderflow/http';
import { validate as isUuid } from 'uuid';
import type { Ending } from './domain/order-status.js';
import { EndOrder } from './end-order.js';
import { OrdersRepository } from './orders.repository.js';
import { CancelOrderRequest, ListOrdersQuery, PlaceOrderRequest } from './orders.requests.js';
import { OrderPageResponse, OrderResponse } from './orders.responses.js';
import { PlaceOrder } from './place-order.js';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly placeOrder: PlaceOrder,
    private readonly endOrder: EndOrder,
    private readonly orders: OrdersRepository,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Place an order' })
  @ApiCreatedResponse({
    type: OrderResponse,
    description: 'Accepted and kept; inventory decides it soon. Location names it',
  })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiServiceUnavailableResponse({ description: 'Nothing was kept; try again after Retry-After' })
  @ApiInternalServerErrorResponse({ description: 'With `outcome: "unknown"` the order may have been kept or not' })
  async place(
    @Body() request: PlaceOrderRequest,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<OrderResponse> {
    const order = await this.placeOrder.execute(request);
    reply.header('location', `/orders/${order.orderId}`);
    return order;
  }

  @Post(':orderId/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an order; what is held for it comes back' })
  @ApiOkResponse({ type: OrderResponse })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiNotFoundResponse({ description: 'There is no such order' })
  @ApiConflictResponse({ description: 'Only a PENDING or CONFIRMED order can be cancelled; `detail` names its status' })
  cancel(@Param('orderId') orderId: string, @Body() { reason }: CancelOrderRequest): Promise<OrderResponse> {
    return this.end(orderId, { kind: 'cancelled', reason: reason ?? undefined }); // null says nothing either
  }

  @Post(':orderId/fulfil')
  @HttpCode(200)
  @ApiOperation({ summary: 'The goods of an order have left: what was held for it is deducted from the stock' })
  @ApiOkResponse({ type: OrderResponse })
  @ApiNotFoundResponse({ description: 'There is no such order' })
  @ApiConflictResponse({ description: 'Only a CONFIRMED order can be fulfilled; `detail` names its status' })
  fulfil(@Param('orderId') orderId: string): Promise<OrderResponse> {
    return this.end(orderId, { kind: 'fulfilled' });
  }

  @Get(':orderId')
  @ApiOperation({ summary: 'One order with its status history' })
  @ApiOkResponse({ type: OrderResponse })
  @ApiNotFoundResponse({ description: 'There is no such order' })
  async find(@Param('orderId') orderId: string): Promise<OrderResponse> {
    const order = await this.orders.find(orderId);
    if (!order) throw new NotFoundException(`There is no order ${orderId}`);
    return order;
  }

  @Get()
  @ApiOperation({ summary: 'Orders, newest first' })
  @ApiOkResponse({ type: OrderPageResponse })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad parameter' })
  async list(@Query() query: ListOrdersQuery): Promise<OrderPageResponse> {
    const rows = await this.orders.list(query, { before: keyAfter(query, isUuid), limit: query.limit + 1 });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ orderId }) => orderId);
    return { data: entries, nextCursor };
  }

  private async end(orderId: string, ending: Ending): Promise<OrderResponse> {
    const outcome = await this.endOrder.execute(orderId, ending);
    switch (outcome.kind) {
      case 'ended':
        return outcome.order;
      case 'unknown':
        throw new NotFoundException(`There is no order ${orderId}`);
      case 'forbidden':
        throw new ConflictException(`Order ${orderId} is ${outcome.status}, so it can’t be ${ending.kind}`);
    }
  }
}
