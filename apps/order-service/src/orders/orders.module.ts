import { type DynamicModule, Module } from '@nestjs/common';
import { ApplyInventoryReplies } from './apply-inventory-replies.js';
import { CloseOrder } from './close-order.js';
import { DEADLINES, type Deadlines } from './deadlines/deadlines.js';
import { ExpireOrders } from './deadlines/expire-orders.js';
import { LateOrdersMetrics } from './deadlines/late-orders.metrics.js';
import { IdempotencyKeysPurge } from './idempotency/idempotency-keys.purge.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { OrdersController } from './orders.controller.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';
import { RepublishOrders } from './republish/republish-orders.js';
import { UndecidedOrdersMetrics } from './undecided-orders.metrics.js';

const PROVIDERS = [
  ApplyInventoryReplies,
  CloseOrder,
  ExpireOrders,
  IdempotencyKeysPurge,
  IdempotencyKeysRepository,
  LateOrdersMetrics,
  OrdersMetrics,
  OrdersRepository,
  PlaceOrder,
  RepublishOrders,
  UndecidedOrdersMetrics,
];

@Module({})
export class OrdersModule {
  static forRoot(deadlines: Deadlines): DynamicModule {
    return {
      module: OrdersModule,
      controllers: [OrdersController, InventoryEventsConsumer],
      providers: [{ provide: DEADLINES, useValue: deadlines }, ...PROVIDERS],
    };
  }
}
