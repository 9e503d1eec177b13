import { Module } from '@nestjs/common';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { ReservationsRepository } from './reservations.repository.js';
import { ReserveStock } from './reserve-stock.js';

@Module({
  controllers: [OrderEventsConsumer],
  providers: [ReservationsRepository, ReserveStock],
})
export class ReservationsModule {}
