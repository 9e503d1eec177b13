import { Module } from '@nestjs/common';
import { EndOrder } from './end-order.js';
import { IdempotencyKeysPurge } from './idempotency-keys.purge.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { OrdersController } from './orders.controller.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';
import { RepublishOrders } from './republish-orders.js';
import { SettleOrders } from './settle-orders.js';
import { UndecidedOrders } from './undecided-orders.js';

@Module({
  controllers: [OrdersController, InventoryEventsConsumer],
  providers: [
    EndOrder,
    IdempotencyKeysPurge,
    IdempotencyKeysRepository,
    OrdersMetrics,
    OrdersRepository,
    PlaceOrder,
    RepublishOrders,
    SettleOrders,
    UndecidedOrders,
  ],
})
export class OrdersModule {}
