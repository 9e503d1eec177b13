import { Module } from '@nestjs/common';
import { InventoryEventsConsumer } from './inventory-events.consumer.js';
import { LogChannel } from './log.channel.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsMetrics } from './notifications.metrics.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotifyCustomers } from './notify-customers.js';
import { OrderEventsConsumer } from './order-events.consumer.js';
import { PendingNotifications } from './pending-notifications.js';
import { SendNotification } from './send-notification.js';
import { SendNotifications } from './send-notifications.js';

@Module({
  controllers: [NotificationsController, OrderEventsConsumer, InventoryEventsConsumer],
  providers: [
    LogChannel,
    NotificationsMetrics,
    NotificationsRepository,
    NotifyCustomers,
    PendingNotifications,
    SendNotification,
    SendNotifications,
  ],
})
export class NotificationsModule {}
