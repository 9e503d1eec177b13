import { type DynamicModule, Global, Module } from '@nestjs/common';
import { EventContracts } from './event-contracts.js';
import { Outbox } from './outbox.js';
import { OutboxMetrics } from './watch/outbox.metrics.js';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox.options.js';
import { OutboxPublisher } from './outbox.publisher.js';
import { OutboxRelay } from './outbox.relay.js';
import { OutboxWatch } from './watch/outbox.watch.js';
import { RejectedEventsRepository } from './rejected-events/rejected-events.repository.js';

/** Needs `DatabaseModule` (with `MESSAGING_MIGRATIONS`), `KafkaModule` and `MetricsModule`. */
@Global()
@Module({})
export class OutboxModule {
  static forRoot(options: OutboxOptions): DynamicModule {
    return {
      module: OutboxModule,
      providers: [
        { provide: OUTBOX_OPTIONS, useValue: options },
        EventContracts,
        Outbox,
        OutboxMetrics,
        OutboxPublisher,
        OutboxRelay,
        OutboxWatch,
        RejectedEventsRepository,
      ],
      exports: [OUTBOX_OPTIONS, Outbox, RejectedEventsRepository],
    };
  }
}
