import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { ApiBadRequestResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReservationParameters, ReservationResponse } from './reservations.dto.js';
import { ReservationsRepository } from './reservations.repository.js';

@ApiTags('reservations')
@Controller('reservations')
export class ReservationsController {
  constructor(private readonly reservations: ReservationsRepository) {}

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
