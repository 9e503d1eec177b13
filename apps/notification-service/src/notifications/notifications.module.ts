import { type DynamicModule, Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import type { DeliveryOptions } from '../deliveries/delivery-options.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { CreateNotifications } from './create-notifications.js';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { NotificationChanges, NotificationChangesPurge } from './live/notification-changes.js';
import { NotificationStreamsController } from './live/notification-streams.controller.js';
import { MAX_STREAMS, NotificationStreams } from './live/notification-streams.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsRepository } from './notifications.repository.js';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { PendingNotificationsMetrics } from './pending-notifications.metrics.js';
import { ResendNotification } from './resend-notification.js';

const PROVIDERS = [
  CreateNotifications,
  NotificationChanges,
  NotificationChangesPurge,
  NotificationsRepository,
  NotificationStreams,
  PendingNotificationsMetrics,
  ResendNotification,
];

@Module({})
export class NotificationsModule {
  /** @param maxStreams further streams get a 503 */
  static forRoot(deliveries: DeliveryOptions, maxStreams: number): DynamicModule {
    return {
      module: NotificationsModule,
      imports: [TemplatesModule, DeliveriesModule.forRoot(deliveries)],
      controllers: [
        NotificationStreamsController,
        NotificationsController,
        OrderEventsConsumer,
        InventoryEventsConsumer,
      ],
      providers: [{ provide: MAX_STREAMS, useValue: maxStreams }, ...PROVIDERS],
    };
  }
}
