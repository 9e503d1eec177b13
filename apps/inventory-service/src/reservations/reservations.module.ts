import { Module } from '@nestjs/common';
import { FollowOrders } from './follow-orders.js';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { RepublishReservations } from './republish-reservations.js';
import { ReservationsController } from './reservations.controller.js';
import { ReservationsMetrics } from './reservations.metrics.js';
import { ReservationsRepository } from './reservations.repository.js';

@Module({
  controllers: [ReservationsController, OrderEventsConsumer],
  providers: [FollowOrders, RepublishReservations, ReservationsMetrics, ReservationsRepository],
})
export class ReservationsModule {}
