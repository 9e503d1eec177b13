import { asyncApiDocument } from '@orderflow/events';
import { runService } from '@orderflow/service';
import { OrderServiceConfig } from './app.config.js';
import { AppModule } from './app.module.js';

await runService({
  title: 'Order Service',
  description: 'Accepts orders and owns their status.',
  config: OrderServiceConfig,
  module: AppModule,
  asyncApi: asyncApiDocument(),
  needsKafka: false,
  statusLine: ({ port }) => `Order Service running on port ${port}`,
});
