import { asyncApiDocument } from '@orderflow/events';
import { runService } from '@orderflow/service';
import { NotificationServiceConfig } from './app.config.js';
import { AppModule } from './app.module.js';

await runService({
  title: 'Notification Service',
  description: 'Notifies customers about their orders.',
  config: NotificationServiceConfig,
  module: AppModule,
  asyncApi: asyncApiDocument(),
  needsKafka: true,
  statusLine: () => 'Notification Service: Kafka connected',
});
