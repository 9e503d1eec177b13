import { type DynamicModule, Global, Module } from '@nestjs/common';
import { KAFKA_OPTIONS, type KafkaOptions } from './kafka.client.js';
import { Producer } from './producer.js';

@Global()
@Module({})
export class KafkaModule {
  static forRoot(options: KafkaOptions): DynamicModule {
    return {
      module: KafkaModule,
      providers: [{ provide: KAFKA_OPTIONS, useValue: options }, Producer],
      exports: [KAFKA_OPTIONS, Producer],
    };
  }
}
