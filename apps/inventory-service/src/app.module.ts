import { type DynamicModule, Module } from '@nestjs/common';
import { inventoryEvents } from '@orderflow/events';
import { infrastructure } from '@orderflow/service';
import type { InventoryServiceConfig } from './app.config.js';
import { PERSONAL_DATA } from './personal-data/personal-data.js';
import { ReservationsModule } from './reservations/reservations.module.js';
import { StockModule } from './stock/stock.module.js';

const MIGRATIONS = { owner: 'inventory_service', folder: new URL('../migrations', import.meta.url) };

@Module({})
export class AppModule {
  static forRoot(config: InventoryServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...infrastructure(config, {
          name: 'inventory-service',
          migrations: MIGRATIONS,
          publishes: [inventoryEvents],
          personalData: PERSONAL_DATA,
        }),
        ReservationsModule,
        StockModule,
      ],
    };
  }
}
