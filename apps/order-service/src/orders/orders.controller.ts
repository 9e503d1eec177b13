import {
  Body,
  ConflictException,
  Controller,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  UnprocessableEntityException,
} from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiInternalServerErrorResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { invalidRequest, keyAfter, pageOf, parseIdempotencyKey, type ReplyHeaders } from '@orderflow/http';
import { validate as isUuid } from 'uuid';
import type { Order } from './domain/order.js';
import type { Ending } from './domain/order-status.js';
import { EndOrder } from './end-order.js';
import { OrdersRepository } from './orders.repository.js';
import { CancelOrderRequest, ListOrdersQuery, PlaceOrderRequest } from './orders.requests.js';
import { OrderPageResponse, OrderResponse } from './orders.responses.js';
import { PlaceOrder, type PlaceOrderOutcome } from './place-order.js';
import { RepublishedResponse, RepublishOrdersRequest, toRepublishFilter } from './republish.requests.js';
import { RepublishOrders } from './republish-orders.js';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly placeOrder: PlaceOrder,
    private readonly endOrder: EndOrder,
    private readonly republishOrders: RepublishOrders,
    private readonly orders: OrdersRepository,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Place an order' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Makes it safe to repeat the request for 24 hours: it is answered as the first one was',
    schema: { type: 'string', minLength: 1, maxLength: 255, example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' },
  })
  @ApiCreatedResponse({
    type: OrderResponse,
    description: 'Accepted and kept; inventory decides it soon. Location names it',
  })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiConflictResponse({ description: 'A request with this Idempotency-Key is in flight; try again' })
  @ApiUnprocessableEntityResponse({ description: 'This Idempotency-Key was used for another request' })
  @ApiServiceUnavailableResponse({ description: 'Nothing was kept; try again after Retry-After' })
  @ApiInternalServerErrorResponse({ description: 'With `outcome: "unknown"` the order may have been kept or not' })
  async place(
    @Body() request: PlaceOrderRequest,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<OrderResponse> {
    const order = orderOf(await this.placeOrder.execute(request, key === undefined ? undefined : idempotencyKey(key)));
    reply.header('location', `/orders/${order.orderId}`);
    return order;
  }

  @Post('republish')
  @HttpCode(200)
  @ApiOperation({ summary: 'Publish the events of orders again; who has handled them drops them' })
  @ApiOkResponse({ type: RepublishedResponse, description: 'Of 10,000 orders at most' })
  @ApiBadRequestResponse({ description: 'Neither a status nor a time is named, or both, or not as they must be' })
  @ApiServiceUnavailableResponse({ description: 'Too much waits for Kafka; a part may be published already' })
  republish(@Body() request: RepublishOrdersRequest): Promise<RepublishedResponse> {
    return this.republishOrders.execute(toRepublishFilter(request));
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

function idempotencyKey(header: string): string {
  const key = parseIdempotencyKey(header);
  if (key !== undefined) return key;
  const detail = 'Idempotency-Key must be 1 to 255 printable ASCII characters, in double quotes or without';
  throw invalidRequest([{ parameter: 'Idempotency-Key', detail }]);
}

function orderOf(outcome: PlaceOrderOutcome): Order {
  switch (outcome.kind) {
    case 'placed':
    case 'repeated':
      return outcome.order;
    case 'key-reused':
      throw new UnprocessableEntityException('This Idempotency-Key was used for another request; take a new one');
    case 'in-flight':
      throw new ConflictException('A request with this Idempotency-Key is in flight; try again');
  }
}
