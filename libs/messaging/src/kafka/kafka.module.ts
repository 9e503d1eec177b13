import { type DynamicModule, Global, Module } from '@nestjs/common';
import { EventMetrics } from './event.metrics.js';
import { KAFKA_OPTIONS, type KafkaOptions } from './kafka.client.js';
import { Producer } from './producer.js';
import { type PublishedTopic, SchemaIds } from './schema-registry/schema-ids.js';
import type { SchemaRegistryOptions } from './schema-registry/schema-registry.js';

export interface PublishingOptions {
  /** The topics in which the service publishes its events. */
  readonly publishes: readonly PublishedTopic[];
  /** If set, values are JSON in Confluent wire format, otherwise plain JSON. */
  readonly schemaRegistry?: SchemaRegistryOptions;
}

/** The topics in which the service publishes its events: `readonly PublishedTopic[]`. */
export const PUBLISHED_TOPICS = Symbol('PublishedTopics');

/** Needs `MetricsModule`. */
@Global()
@Module({})
export class KafkaModule {
  static forRoot(options: KafkaOptions, { publishes, schemaRegistry }: PublishingOptions): DynamicModule {
    return {
      module: KafkaModule,
      providers: [
        { provide: KAFKA_OPTIONS, useValue: options },
        { provide: PUBLISHED_TOPICS, useValue: publishes },
        { provide: SchemaIds, useFactory: () => new SchemaIds(publishes, schemaRegistry) },
        Producer,
        EventMetrics,
      ],
      exports: [KAFKA_OPTIONS, PUBLISHED_TOPICS, SchemaIds, Producer, EventMetrics],
    };
  }
}
