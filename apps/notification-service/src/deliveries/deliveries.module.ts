import { type DynamicModule, Module } from '@nestjs/common';
import { LogChannel } from '../channels/log.channel.js';
import { AttemptDelivery } from './attempt-delivery.js';
import { Deliveries } from './deliveries.js';
import { DELIVERY_OPTIONS, type DeliveryOptions } from './delivery-options.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryQueue } from './delivery-queue.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { ServeLane } from './serve-lane.js';
import type { SlotLimits } from './slots.js';

/** What is sent at the same time. A log takes whatever it gets. */
const LIMITS = {
  log: { working: 100, failing: 10, perHost: 100, perLane: 100 },
} as const satisfies Record<string, SlotLimits>;

@Module({})
export class DeliveriesModule {
  static forRoot(options: DeliveryOptions): DynamicModule {
    return {
      module: DeliveriesModule,
      providers: [
        AttemptDelivery,
        DeliveryMetrics,
        DeliveryOutcomes,
        DeliveryQueue,
        LogChannel,
        ServeLane,
        { provide: DELIVERY_OPTIONS, useValue: options },
        {
          provide: Deliveries,
          inject: [LogChannel, DeliveryQueue, DeliveryOutcomes, ServeLane, DeliveryMetrics],
          useFactory: (
            log: LogChannel,
            queue: DeliveryQueue,
            outcomes: DeliveryOutcomes,
            serveLane: ServeLane,
            metrics: DeliveryMetrics,
          ) => new Deliveries([{ channel: log, limits: LIMITS.log }], { queue, outcomes, serveLane, metrics }),
        },
      ],
      exports: [Deliveries, DeliveryMetrics, DeliveryQueue, LogChannel],
    };
  }
}
