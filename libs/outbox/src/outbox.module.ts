import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Migrations } from '@orderflow/postgres';
import { EventContracts } from './event-contracts.js';
import { InboxPurge } from './inbox.purge.js';
import { Outbox } from './outbox.js';
import { OutboxMetrics } from './outbox.metrics.js';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox.options.js';
import { OutboxPublisher } from './outbox.publisher.js';
import { OutboxRelay } from './outbox.relay.js';
import { OutboxWatch } from './outbox.watch.js';
import { RefusedRepository } from './refused.repository.js';

/** The tables of outbox and inbox, for the service's `DatabaseModule`. */
export const OUTBOX_MIGRATIONS: Migrations = { owner: 'outbox', folder: new URL('../migrations', import.meta.url) };

/** Needs `DatabaseModule` (with {@link OUTBOX_MIGRATIONS}), `KafkaModule` and `MetricsModule`. */
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
        RefusedRepository,
        InboxPurge,
      ],
      exports: [Outbox, RefusedRepository],
    };
  }
}
