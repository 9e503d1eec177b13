import { type DynamicModule, Module } from '@nestjs/common';
import { infrastructure } from '@orderflow/service';
import type { NotificationServiceConfig } from './app.config.js';
import { NotificationsModule } from './notifications/notifications.module.js';

/** Nobody waits for a notification as for a response: under load, fewer and larger batches leave the CPU to the others. */
const PACE = { leastMs: 100, mostMs: 150 };
const MIGRATIONS = { owner: 'notification_service', folder: new URL('../migrations', import.meta.url) };

@Module({})
export class AppModule {
  static forRoot(config: NotificationServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...infrastructure(config, { name: 'notification-service', migrations: MIGRATIONS, publishes: [], pace: PACE }),
        NotificationsModule,
      ],
    };
  }
}
