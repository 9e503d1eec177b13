import { Body, Controller, Get, NotFoundException, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
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
import { OrdersRepository } from './orders.repository.js';
import { ListOrdersQuery, PlaceOrderRequest } from './orders.requests.js';
import { OrderPageResponse, OrderResponse } from './orders.responses.js';
import { PlaceOrder } from './place-order.js';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly placeOrder: PlaceOrder,
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
}
