import { Module } from '@nestjs/common';
import { ApplyInventoryReplies } from './apply-inventory-replies.js';
import { CloseOrder } from './close-order.js';
import { IdempotencyKeysPurge } from './idempotency/idempotency-keys.purge.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { OrdersController } from './orders.controller.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';
import { RepublishOrders } from './republish/republish-orders.js';
import { UndecidedOrdersMetrics } from './undecided-orders.metrics.js';

@Module({
  controllers: [OrdersController, InventoryEventsConsumer],
  providers: [
    ApplyInventoryReplies,
    CloseOrder,
    IdempotencyKeysPurge,
    IdempotencyKeysRepository,
    OrdersMetrics,
    OrdersRepository,
    PlaceOrder,
    RepublishOrders,
    UndecidedOrdersMetrics,
  ],
})
export class OrdersModule {}
