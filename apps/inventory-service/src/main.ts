import { asyncApiDocument } from '@orderflow/events';
import { runService } from '@orderflow/service';
import { InventoryServiceConfig } from './app.config.js';
import { AppModule } from './app.module.js';

await runService({
  title: 'Inventory Service',
  description: 'Owns the stock: reserves it for orders, releases and deducts it.',
  config: InventoryServiceConfig,
  module: AppModule,
  asyncApi: asyncApiDocument(),
  needsKafka: true,
  statusLine: () => 'Inventory Service: Kafka connected',
});
