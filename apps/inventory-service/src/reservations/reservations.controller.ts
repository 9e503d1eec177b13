import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { RepublishedResponse, RepublishReservationsRequest, toRepublishFilter } from './republish.requests.js';
import { RepublishReservations } from './republish-reservations.js';
import { ReservationParameters, ReservationResponse } from './reservations.dto.js';
import { ReservationsRepository } from './reservations.repository.js';

@ApiTags('reservations')
@Controller('reservations')
export class ReservationsController {
  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly republishReservations: RepublishReservations,
  ) {}

  @Post('republish')
  @HttpCode(200)
  @ApiOperation({ summary: 'Publish what orders were answered again; who has handled it drops it' })
  @ApiOkResponse({ type: RepublishedResponse, description: 'Of 10,000 orders at most' })
  @ApiBadRequestResponse({ description: 'A problem document that names every bad field' })
  @ApiServiceUnavailableResponse({ description: 'Too much waits for Kafka; a part may be published already' })
  republish(@Body() request: RepublishReservationsRequest): Promise<RepublishedResponse> {
    return this.republishReservations.execute(toRepublishFilter(request));
  }

  @Get(':orderId')
  @ApiOperation({ summary: 'What an order holds' })
  @ApiOkResponse({ type: ReservationResponse })
  @ApiBadRequestResponse({ description: 'That can’t be an order id' })
  @ApiNotFoundResponse({ description: 'Nothing has been heard of such an order yet' })
  async find(@Param() { orderId }: ReservationParameters): Promise<ReservationResponse> {
    const reservation = await this.reservations.find(orderId);
    if (!reservation) throw new NotFoundException(`There is no reservation of order ${orderId}`);
    return reservation;
  }
}
