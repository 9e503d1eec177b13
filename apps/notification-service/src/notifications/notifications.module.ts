import { Module } from '@nestjs/common';
import { CreateNotifications } from './create-notifications.js';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { LogChannel } from './sending/log.channel.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsMetrics } from './notifications.metrics.js';
import { NotificationsRepository } from './notifications.repository.js';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { PendingNotificationsMetrics } from './pending-notifications.metrics.js';
import { SendNotification } from './sending/send-notification.js';
import { SendNotifications } from './sending/send-notifications.js';

@Module({
  controllers: [NotificationsController, OrderEventsConsumer, InventoryEventsConsumer],
  providers: [
    CreateNotifications,
    LogChannel,
    NotificationsMetrics,
    NotificationsRepository,
    PendingNotificationsMetrics,
    SendNotification,
    SendNotifications,
  ],
})
export class NotificationsModule {}
