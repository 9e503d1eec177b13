import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from '@orderflow/postgres';
import { DELIVERY_CHANNELS, type DeliveryChannel } from '../channels/channel.js';
import { LogChannel } from '../channels/log.channel.js';
import { AttemptDelivery } from './attempt-delivery.js';
import { Deliveries } from './deliveries.js';
import { DELIVERY_OPTIONS, type DeliveryOptions } from './delivery-options.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryQueue } from './delivery-queue.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DueLanesMetrics } from './due-lanes.metrics.js';
import { ServeLane } from './serve-lane.js';
import type { Channel } from '../notifications/notification.js';
import type { SlotLimits } from './slots.js';

/** What a replica sends at the same time. */
const LIMITS: Record<Channel, SlotLimits> = {
  log: { working: 100, failing: 1, perHost: 100, perLane: 100 },
  email: { working: 8, failing: 4, perHost: 12, perLane: 4 }, // the mail server's connections
  webhook: { working: 128, failing: 64, perHost: 16, perLane: 4 },
};

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
        DueLanesMetrics,
        LogChannel,
        ServeLane,
        { provide: DELIVERY_OPTIONS, useValue: options },
        {
          provide: Deliveries,
          inject: [
            Database,
            DELIVERY_CHANNELS,
            LogChannel,
            DeliveryQueue,
            DeliveryOutcomes,
            ServeLane,
            DeliveryMetrics,
          ],
          useFactory: toDeliveries,
        },
      ],
      exports: [Deliveries, DeliveryMetrics, DeliveryQueue, LogChannel],
    };
  }
}

function toDeliveries(
  database: Database,
  channels: readonly DeliveryChannel[],
  log: LogChannel,
  queue: DeliveryQueue,
  outcomes: DeliveryOutcomes,
  serveLane: ServeLane,
  metrics: DeliveryMetrics,
): Deliveries {
  const limited = [log, ...channels].map((channel) => ({ channel, limits: LIMITS[channel.channel] }));
  return new Deliveries(database, limited, { queue, outcomes, serveLane, metrics });
}
