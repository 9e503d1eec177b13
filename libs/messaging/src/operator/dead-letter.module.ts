import {
  type DynamicModule,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Outbox } from '../publish/outbox.js';
import { RefusedRepository } from '../publish/refused.repository.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { HealthRegistry, Metrics } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from './audit.repository.js';
import { DeadLetterTopic } from '../parking/dead-letter.topic.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersPurge } from '../parking/dead-letters.purge.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DiscardDeadLetter } from './discard-dead-letter.js';
import { DiscardRefusedEvent } from './refused-events/discard-refused-event.js';
import { FailurePolicy } from '../parking/failure-policy.js';
import { ConsumerMetrics } from '../consume/consumer.metrics.js';
import { InboxPurge } from '../consume/inbox.purge.js';
import { Handlers } from '../consume/handlers.js';
import { KillSwitch, type KillSwitchOptions } from '../parking/kill-switch.js';
import { RecordFailure } from '../parking/record-failure.js';
import { RefusedEventsController } from './refused-events/refused-events.controller.js';
import { RehearseDeadLetter } from './rehearse-dead-letter.js';
import { ReplayDeadLetter } from './replay-dead-letter.js';
import { ReplayDeadLetters } from './replay-dead-letters.js';
import { Retrier } from '../consume/retrier.js';
import { SetAside, type SetAsideOptions } from '../consume/set-aside.js';
import { RetryRefusedEvent } from './refused-events/retry-refused-event.js';
import { SetAsideHealth } from '../parking/set-aside.health.js';
import { SetAsideRepository } from '../parking/set-aside.repository.js';
import { SetAsideWatch } from '../parking/set-aside.watch.js';

export interface DeadLetterOptions extends SetAsideOptions {
  readonly consumerGroup: string;
  /** How long a message is kept after its replay or discard, and how long the audit goes back. */
  readonly retentionMs: number;
  readonly killSwitch: KillSwitchOptions;
}

/**
 * What is set aside, and the HTTP endpoints of operators for it and for outgoing events that Kafka refuses. Needs
 * `DatabaseModule` (with `MESSAGING_MIGRATIONS`), `OutboxModule`, `KafkaModule` and `MetricsModule`.
 */
@Global()
@Module({})
export class DeadLetterModule implements OnApplicationBootstrap, OnApplicationShutdown {
  static forRoot({ consumerGroup, retentionMs, killSwitch, ...options }: DeadLetterOptions): DynamicModule {
    const repository = new SetAsideRepository(consumerGroup);
    const audit = new AuditRepository(consumerGroup);
    return {
      module: DeadLetterModule,
      controllers: [DeadLettersController, RefusedEventsController],
      providers: [
        ConsumerMetrics,
        InboxPurge,
        { provide: AuditRepository, useValue: audit },
        {
          provide: Handlers,
          inject: [EventMetrics],
          useFactory: (events: EventMetrics) => new Handlers(events),
        },
        {
          provide: DeadLetterTopic,
          inject: [Outbox],
          useFactory: (outbox: Outbox) => new DeadLetterTopic(consumerGroup, outbox),
        },
        {
          provide: KillSwitch,
          inject: [Database, Metrics],
          useFactory: (database: Database, metrics: Metrics) =>
            new KillSwitch(consumerGroup, database, killSwitch, metrics),
        },
        {
          provide: FailurePolicy,
          inject: [Database],
          useFactory: (database: Database) => new FailurePolicy(database),
        },
        {
          provide: RecordFailure,
          inject: [DeadLetterTopic, KillSwitch, EventMetrics],
          useFactory: (topic: DeadLetterTopic, stop: KillSwitch, events: EventMetrics) =>
            new RecordFailure(repository, topic, stop, events, options.schedule),
        },
        {
          provide: SetAside,
          inject: [Database, DeadLetterTopic, FailurePolicy, KillSwitch, EventMetrics],
          useFactory: (
            database: Database,
            topic: DeadLetterTopic,
            policy: FailurePolicy,
            stop: KillSwitch,
            events: EventMetrics,
          ) => new SetAside(consumerGroup, database, repository, topic, policy, stop, events, options),
        },
        {
          provide: SetAsideHealth,
          inject: [Database, KillSwitch, HealthRegistry],
          useFactory: (database: Database, stop: KillSwitch, health: HealthRegistry) =>
            new SetAsideHealth(database, repository, stop, health),
        },
        {
          provide: SetAsideWatch,
          inject: [Database, Metrics],
          useFactory: (database: Database, metrics: Metrics) =>
            new SetAsideWatch(database, repository, options.maxWaiting, metrics),
        },
        {
          provide: DeadLettersPurge,
          inject: [Database],
          useFactory: (database: Database) => new DeadLettersPurge(database, retentionMs),
        },
        {
          provide: Retrier,
          inject: [Database, Handlers, FailurePolicy, RecordFailure, KillSwitch],
          useFactory: (
            database: Database,
            handlers: Handlers,
            policy: FailurePolicy,
            record: RecordFailure,
            stop: KillSwitch,
          ) => new Retrier(database, repository, handlers, policy, record, stop),
        },
        {
          provide: DeadLettersRepository,
          inject: [Database],
          useFactory: (database: Database) => new DeadLettersRepository(consumerGroup, database),
        },
        {
          provide: ReplayDeadLetter,
          inject: [Database, Handlers, FailurePolicy, RecordFailure, Retrier],
          useFactory: (
            database: Database,
            handlers: Handlers,
            policy: FailurePolicy,
            record: RecordFailure,
            retrier: Retrier,
          ) => new ReplayDeadLetter(database, repository, audit, handlers, policy, record, retrier),
        },
        {
          provide: DiscardDeadLetter,
          inject: [Database, Retrier],
          useFactory: (database: Database, retrier: Retrier) =>
            new DiscardDeadLetter(database, repository, audit, retrier),
        },
        {
          provide: DiscardRefusedEvent,
          inject: [Database, RefusedRepository],
          useFactory: (database: Database, refused: RefusedRepository) =>
            new DiscardRefusedEvent(database, refused, audit),
        },
        {
          provide: RetryRefusedEvent,
          inject: [Database, RefusedRepository],
          useFactory: (database: Database, refused: RefusedRepository) =>
            new RetryRefusedEvent(database, refused, audit),
        },
        {
          provide: RehearseDeadLetter,
          inject: [Database, Handlers, FailurePolicy],
          useFactory: (database: Database, handlers: Handlers, policy: FailurePolicy) =>
            new RehearseDeadLetter(database, repository, audit, handlers, policy),
        },
        {
          provide: ReplayDeadLetters,
          inject: [Database, DeadLettersRepository, ReplayDeadLetter],
          useFactory: (database: Database, deadLetters: DeadLettersRepository, replay: ReplayDeadLetter) =>
            new ReplayDeadLetters(database, deadLetters, audit, replay),
        },
      ],
      exports: [ConsumerMetrics, SetAside, Retrier],
    };
  }

  constructor(
    private readonly retrier: Retrier,
    private readonly killSwitch: KillSwitch,
  ) {}

  onApplicationBootstrap(): void {
    this.killSwitch.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.killSwitch.stop();
    await this.retrier.stop();
  }
}
