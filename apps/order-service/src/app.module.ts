import { type DynamicModule, Module } from '@nestjs/common';
import { orderEvents } from '@orderflow/events';
import { infrastructure } from '@orderflow/service';
import type { OrderServiceConfig } from './app.config.js';
import { liveLimitsOf } from './orders/live/live-limits.js';
import { OrdersModule } from './orders/orders.module.js';
import { PERSONAL_DATA } from './personal-data/personal-data.js';

const MIGRATIONS = { owner: 'order_service', folder: new URL('../migrations', import.meta.url) };

@Module({})
export class AppModule {
  static forRoot(config: OrderServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...infrastructure(config, {
          name: 'order-service',
          migrations: MIGRATIONS,
          publishes: [orderEvents],
          personalData: PERSONAL_DATA,
        }),
        OrdersModule.forRoot(
          { lateSeconds: config.orderLateSeconds, expirySeconds: config.orderExpirySeconds },
          liveLimitsOf(config.httpMaxConnections),
        ),
      ],
    };
  }
}
