import { type DynamicModule, Module } from '@nestjs/common';
import { ApplyInventoryReplies } from './apply-inventory-replies.js';
import { CloseOrder } from './close-order.js';
import { DEADLINES, type Deadlines } from './deadlines/deadlines.js';
import { ExpireOrders } from './deadlines/expire-orders.js';
import { LateOrdersMetrics } from './deadlines/late-orders.metrics.js';
import { IdempotencyKeysPurge } from './idempotency/idempotency-keys.purge.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { AwaitDecision } from './live/await-decision.js';
import { LIVE_LIMITS, type LiveLimits } from './live/live-limits.js';
import { OrderChanges, OrderChangesPurge } from './live/order-changes.js';
import { OrderStreamsController } from './live/order-streams.controller.js';
import { OrderStreams } from './live/order-streams.js';
import { OrdersController } from './orders.controller.js';
import { OrdersMetrics } from './orders.metrics.js';
import { OrdersRepository } from './orders.repository.js';
import { PlaceOrder } from './place-order.js';
import { RepublishOrders } from './republish/republish-orders.js';
import { UndecidedOrdersMetrics } from './undecided-orders.metrics.js';

const PROVIDERS = [
  ApplyInventoryReplies,
  AwaitDecision,
  CloseOrder,
  ExpireOrders,
  IdempotencyKeysPurge,
  IdempotencyKeysRepository,
  LateOrdersMetrics,
  OrderChanges,
  OrderChangesPurge,
  OrdersMetrics,
  OrdersRepository,
  OrderStreams,
  PlaceOrder,
  RepublishOrders,
  UndecidedOrdersMetrics,
];

@Module({})
export class OrdersModule {
  static forRoot(deadlines: Deadlines, limits: LiveLimits): DynamicModule {
    return {
      module: OrdersModule,
      controllers: [OrderStreamsController, OrdersController, InventoryEventsConsumer],
      providers: [
        { provide: DEADLINES, useValue: deadlines },
        { provide: LIVE_LIMITS, useValue: limits },
        ...PROVIDERS,
      ],
    };
  }
}
