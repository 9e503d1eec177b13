import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { CalledBy, type Caller, customerWithin, Requires } from '@orderflow/auth';
import { linksTo, LOCATION, pageOf, type PreferredWait, type ReplyHeaders, WaitPreference } from '@orderflow/http';
import {
  ApiIdempotencyKey,
  IdempotentRequests,
  Keyed,
  type KeyedRequest,
  keyInFlight,
  keyReused,
} from '@orderflow/idempotency';
import { changedBy } from './changed-by.js';
import { CloseOrder } from './close-order.js';
import { DEADLINES, type Deadlines } from './deadlines/deadlines.js';
import { lateAmong } from './deadlines/late-filter.js';
import type { Order } from './domain/order.js';
import { type ClosingAction, MAX_PARTS } from './domain/close-order.js';
import { AwaitDecision } from './live/await-decision.js';
import { PREFERENCE_APPLIED, PREFER } from './live/prefer.openapi.js';
import { OrdersRepository } from './orders.repository.js';
import { CancelOrderRequest, FulfilOrderRequest, ListOrdersQuery, PlaceOrderRequest } from './orders.requests.js';
import { OrderPageResponse, OrderResponse } from './orders.responses.js';
import { OwnCustomerGuard } from './own-customer.guard.js';
import { PlaceOrder, type PlaceOrderOutcome } from './place-order.js';
import { RepublishedResponse, RepublishOrdersRequest, toRepublishFilter } from './republish/republish.requests.js';
import { RepublishOrders } from './republish/republish-orders.js';

const OF_ORDER = ['getOrder', 'cancelOrder', 'fulfilOrder'];
const OrderId = () => ApiParam({ name: 'orderId', schema: { type: 'string', format: 'uuid' } });

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly placeOrder: PlaceOrder,
    private readonly closeOrder: CloseOrder,
    private readonly republishOrders: RepublishOrders,
    private readonly requests: IdempotentRequests,
    private readonly awaitDecision: AwaitDecision,
    private readonly orders: OrdersRepository,
    @Inject(DEADLINES) private readonly deadlines: Deadlines,
  ) {}

  @Post()
  @Requires('customer', 'orders:write')
  @UseGuards(OwnCustomerGuard)
  @ApiOperation({ operationId: 'placeOrder', summary: 'Place an order' })
  @ApiIdempotencyKey()
  @ApiHeader(PREFER)
  @ApiCreatedResponse({
    type: OrderResponse,
    description:
      'The order is stored. It is `PENDING`, and the inventory service decides it next; with `Prefer: wait` it may be decided',
    headers: { ...LOCATION, ...PREFERENCE_APPLIED },
    links: linksTo(OF_ORDER, 'orderId'),
  })
  async place(
    @Body() request: PlaceOrderRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
    @WaitPreference() wait: PreferredWait | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<OrderResponse> {
    const order = orderOf(await this.placeOrder.execute(request, keyed?.key, changedBy(caller)));
    reply.header('location', `/orders/${order.orderId}`);
    return this.awaitDecision.execute(order, wait);
  }

  @Post('republish')
  @Requires('operations:write')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'republishOrders',
    summary: 'Publish the events of orders again; consumers drop those that they have handled',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: RepublishedResponse, description: 'What was published; at most 10,000 orders per request' })
  @ApiServiceUnavailableResponse({
    description: 'Too many events are waiting to be published; some orders may have been republished already',
  })
  republish(
    @Body() request: RepublishOrdersRequest,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<RepublishedResponse> {
    const filter = toRepublishFilter(request);
    return this.requests.afterwards(keyed, () => this.republishOrders.execute(filter));
  }

  @Post(':orderId/cancel')
  @Requires('customer', 'orders:write')
  @HttpCode(200)
  @OrderId()
  @ApiOperation({
    operationId: 'cancelOrder',
    summary: 'Cancel an order; its items become available again',
    description: 'What was shipped stays shipped: an order that is fulfilled in parts ends as FULFILLED.',
  })
  @ApiOkResponse({ type: OrderResponse })
  @ApiNotFoundResponse({ description: 'There is no such order' })
  @ApiIdempotencyKey('The order is rejected, cancelled or fulfilled already; `detail` names its status')
  cancel(
    @Param('orderId') orderId: string,
    @Body() { reason }: CancelOrderRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<OrderResponse> {
    return this.close(orderId, { kind: 'cancelled', reason: reason ?? undefined }, caller, keyed); // null counts as no reason
  }

  @Post(':orderId/fulfil')
  @Requires('orders:fulfil')
  @HttpCode(200)
  @OrderId()
  @ApiOperation({
    operationId: 'fulfilOrder',
    summary: 'Mark an order, or a part of it, as fulfilled once the items have left the warehouse',
    description:
      'They are deducted from the stock. After a part the order is PARTIALLY_FULFILLED, and the rest stays reserved until it is shipped or cancelled.',
  })
  @ApiOkResponse({ type: OrderResponse })
  @ApiNotFoundResponse({ description: 'There is no such order' })
  @ApiIdempotencyKey('The order is not CONFIRMED or PARTIALLY_FULFILLED, or has less left to ship; `detail` says which')
  fulfil(
    @Param('orderId') orderId: string,
    @Body() { items }: FulfilOrderRequest,
    @CalledBy() caller: Caller,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<OrderResponse> {
    return this.close(orderId, { kind: 'fulfilled', ...(items && { items }) }, caller, keyed);
  }

  @Get(':orderId')
  @Requires('customer', 'orders:read')
  @OrderId()
  @ApiOperation({ operationId: 'getOrder', summary: 'Get one order with its status history' })
  @ApiHeader(PREFER)
  @ApiOkResponse({ type: OrderResponse, headers: PREFERENCE_APPLIED })
  @ApiNotFoundResponse({ description: 'There is no such order' })
  async find(
    @Param('orderId') orderId: string,
    @CalledBy() { customerId }: Caller,
    @WaitPreference() wait: PreferredWait | undefined,
  ): Promise<OrderResponse> {
    const order = await this.orders.find(orderId, customerId);
    if (!order) throw new NotFoundException(`There is no order ${orderId}`);
    return this.awaitDecision.execute(order, wait);
  }

  @Get()
  @Requires('customer', 'orders:read')
  @ApiOperation({
    operationId: 'listOrders',
    summary: 'List orders, newest first',
    description:
      'With `customerId` and a `status` other than REJECTED and CANCELLED, a request searches at most 1,000 orders of the customer. The page may then have fewer entries than `limit`, or none, although more follow: continue until `nextCursor` is null.',
  })
  @ApiOkResponse({ type: OrderPageResponse, links: linksTo(OF_ORDER, 'orderId', '/data/0/orderId') })
  async list(@Query() query: ListOrdersQuery, @CalledBy() caller: Caller): Promise<OrderPageResponse> {
    const own = { ...query, customerId: customerWithin(caller, query.customerId) };
    const filter = query.late ? lateAmong(own, this.deadlines, new Date()) : own;
    if (!filter) return { data: [], nextCursor: null };
    const { rows, searchedTo } = await this.orders.list(filter, {
      before: query.cursor ?? null,
      limit: query.limit + 1,
    });
    const { entries, nextCursor } = pageOf(rows, query.limit, ({ orderId }) => orderId, searchedTo);
    return { data: entries, nextCursor };
  }

  private async close(
    orderId: string,
    action: ClosingAction,
    caller: Caller,
    keyed?: KeyedRequest,
  ): Promise<OrderResponse> {
    const outcome = await this.closeOrder.execute(orderId, action, caller, keyed);
    switch (outcome.kind) {
      case 'closed':
        return outcome.order;
      case 'not-found':
        throw new NotFoundException(`There is no order ${orderId}`);
      case 'forbidden':
        throw new ConflictException(`Order ${orderId} is ${outcome.status}, so it can’t be ${action.kind}`);
      case 'too-many': {
        const excess = outcome.excess.map(({ itemId, requested, left }) => `${left} × ${itemId}, not ${requested}`);
        throw new ConflictException(`Order ${orderId} has left to ship: ${excess.join('; ')}`);
      }
      case 'too-many-parts':
        throw new ConflictException(
          `Order ${orderId} can have ${MAX_PARTS} shipments, so the next one must hold all that is left`,
        );
    }
  }
}

function orderOf(outcome: PlaceOrderOutcome): Order {
  switch (outcome.kind) {
    case 'placed':
    case 'repeated':
      return outcome.order;
    case 'key-reused':
      throw keyReused();
    case 'in-flight':
      throw keyInFlight();
  }
}
