import { type DynamicModule, Module } from '@nestjs/common';
import { infrastructure } from '@orderflow/service';
import type { NotificationServiceConfig } from './app.config.js';
import { NotificationsModule } from './notifications/notifications.module.js';

const MIGRATIONS = { owner: 'notification_service', folder: new URL('../migrations', import.meta.url) };

@Module({})
export class AppModule {
  static forRoot(config: NotificationServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...infrastructure(config, { name: 'notification-service', migrations: MIGRATIONS, publishes: [] }),
        NotificationsModule,
      ],
    };
  }
}
