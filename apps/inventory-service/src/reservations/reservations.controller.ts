import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { CalledBy, type Caller, Requires } from '@orderflow/auth';
import { ApiIdempotencyKey, IdempotentRequests, Keyed, type KeyedRequest } from '@orderflow/idempotency';
import {
  RepublishedResponse,
  RepublishReservationsRequest,
  toRepublishFilter,
} from './republish/republish.requests.js';
import { RepublishReservations } from './republish/republish-reservations.js';
import { ReservationParameters } from './reservations.requests.js';
import { ReservationResponse } from './reservations.responses.js';
import { ReservationsRepository } from './reservations.repository.js';

@ApiTags('reservations')
@Controller('reservations')
export class ReservationsController {
  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly republishReservations: RepublishReservations,
    private readonly requests: IdempotentRequests,
  ) {}

  @Post('republish')
  @Requires('operations:write')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'republishReservations',
    summary: 'Publish the reply events of orders again; consumers drop those that they have handled',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: RepublishedResponse, description: 'What was published; at most 10,000 orders per request' })
  @ApiServiceUnavailableResponse({
    description: 'Too many events are waiting to be published; some orders may have been republished already',
  })
  republish(
    @Body() request: RepublishReservationsRequest,
    @Keyed() keyed: KeyedRequest | undefined,
  ): Promise<RepublishedResponse> {
    const filter = toRepublishFilter(request);
    return this.requests.afterwards(keyed, () => this.republishReservations.execute(filter));
  }

  @Get(':orderId')
  @Requires('customer', 'orders:read')
  @ApiOperation({ operationId: 'getReservation', summary: 'Get the reservation of an order' })
  @ApiOkResponse({ type: ReservationResponse })
  @ApiNotFoundResponse({ description: 'No event of this order has been handled yet' })
  async find(
    @Param() { orderId }: ReservationParameters,
    @CalledBy() { customerId }: Caller,
  ): Promise<ReservationResponse> {
    const reservation = await this.reservations.find(orderId, customerId);
    if (!reservation) throw new NotFoundException(`There is no reservation for order ${orderId}`);
    return reservation;
  }
}
