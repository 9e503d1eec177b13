import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConsumerMetrics } from './consumer.metrics.js';
import { EventMetrics } from './event.metrics.js';
import { KAFKA_OPTIONS, type KafkaOptions } from './kafka.client.js';
import { Producer } from './producer.js';

/** Needs `MetricsModule`. */
@Global()
@Module({})
export class KafkaModule {
  static forRoot(options: KafkaOptions): DynamicModule {
    return {
      module: KafkaModule,
      providers: [{ provide: KAFKA_OPTIONS, useValue: options }, Producer, ConsumerMetrics, EventMetrics],
      exports: [KAFKA_OPTIONS, Producer, ConsumerMetrics, EventMetrics],
    };
  }
}
