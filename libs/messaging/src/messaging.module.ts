import { type DynamicModule, Module } from '@nestjs/common';
import { ConsumingModule, type ConsumingOptions } from './consuming.module.js';
import type { KafkaOptions } from './kafka/kafka.client.js';
import { KafkaModule, type PublishingOptions } from './kafka/kafka.module.js';
import { OutboxModule } from './publish/outbox.module.js';
import type { OutboxOptions } from './publish/outbox.options.js';

export interface MessagingOptions {
  readonly kafka: KafkaOptions;
  readonly publishing: PublishingOptions;
  readonly outbox: OutboxOptions;
  readonly consuming: ConsumingOptions;
}

/**
 * Everything that a service needs to publish and consume events. Needs `DatabaseModule` (with {@link MESSAGING_MIGRATIONS}),
 * `IdempotencyModule`, `HealthModule` and `MetricsModule`. The order of its imports is the order of the start. Nest shuts down in reverse:
 * retries stop before the outbox, and the outbox before the producer.
 */
@Module({})
export class MessagingModule {
  static forRoot({ kafka, publishing, outbox, consuming }: MessagingOptions): DynamicModule {
    return {
      module: MessagingModule,
      imports: [
        KafkaModule.forRoot(kafka, publishing),
        OutboxModule.forRoot(outbox),
        ConsumingModule.forRoot(consuming),
      ],
    };
  }
}
