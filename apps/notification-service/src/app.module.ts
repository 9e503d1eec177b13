import { type DynamicModule, Module } from '@nestjs/common';
import { infrastructure } from '@orderflow/service';
import type { NotificationServiceConfig } from './app.config.js';
import { ChannelsModule } from './channels/channels.module.js';
import { emailOptionsOf } from './channels/email/email.options.js';
import type { WebhookOptions } from './channels/webhook/webhook.channel.js';
import { ContactsModule } from './contacts/contacts.module.js';
import type { DeliveryOptions } from './deliveries/delivery-options.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PERSONAL_DATA } from './personal-data/personal-data.js';
import { RetentionModule } from './personal-data/retention.module.js';

/** Nobody waits for a notification as for a response: under load, fewer and larger batches leave the CPU to the others. */
const PACE = { leastMs: 100, mostMs: 150 };
/** Of the connections, so that other requests keep some. */
const STREAMS_SHARE = 0.8;
const MIGRATIONS = { owner: 'notification_service', folder: new URL('../migrations', import.meta.url) };

@Module({})
export class AppModule {
  static forRoot(config: NotificationServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...infrastructure(config, {
          name: 'notification-service',
          migrations: MIGRATIONS,
          publishes: [],
          personalData: PERSONAL_DATA,
          pace: PACE,
        }),
        ChannelsModule.forRoot({ email: emailOptionsOf(config), webhook: webhookOptionsOf(config) }),
        ContactsModule.forRoot(config.webhookEncryptionKey ?? []),
        NotificationsModule.forRoot(deliveryOptionsOf(config), Math.floor(config.httpMaxConnections * STREAMS_SHARE)),
        RetentionModule.forRoot(config.notificationRetentionDays),
      ],
    };
  }
}

function deliveryOptionsOf(config: NotificationServiceConfig): DeliveryOptions {
  return {
    retries: {
      maxAttempts: config.deliveryMaxAttempts,
      firstDelayMs: config.deliveryFirstDelayMs,
      maxDelayMs: config.deliveryMaxDelayMs,
    },
    disableAfterMs: config.webhookDisableAfterHours * 3_600_000,
  };
}

function webhookOptionsOf(config: NotificationServiceConfig): WebhookOptions {
  return {
    isConfigured: config.webhookEncryptionKey !== undefined,
    allowPrivateNetworks: config.webhookAllowPrivateNetworks,
    timeoutMs: config.webhookTimeoutSeconds * 1_000,
  };
}
