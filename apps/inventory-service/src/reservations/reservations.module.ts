import { Module } from '@nestjs/common';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { RepublishReservations } from './republish/republish-reservations.js';
import { ReservationsController } from './reservations.controller.js';
import { ReservationsMetrics } from './reservations.metrics.js';
import { ReservationsRepository } from './reservations.repository.js';
import { ReserveStock } from './reserve-stock.js';

@Module({
  controllers: [ReservationsController, OrderEventsConsumer],
  providers: [RepublishReservations, ReservationsMetrics, ReservationsRepository, ReserveStock],
})
export class ReservationsModule {}
