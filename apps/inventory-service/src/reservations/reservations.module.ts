import { Module } from '@nestjs/common';
import { FollowOrders } from './follow-orders.js';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { ReservationsController } from './reservations.controller.js';
import { ReservationsRepository } from './reservations.repository.js';

@Module({
  controllers: [ReservationsController, OrderEventsConsumer],
  providers: [FollowOrders, ReservationsRepository],
})
export class ReservationsModule {}
