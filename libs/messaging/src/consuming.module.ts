import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConsumerMetrics } from './consume/consumer.metrics.js';
import { Handlers } from './consume/handlers.js';
import { InboxPurge } from './consume/inbox.purge.js';
import { Retrier } from './consume/retrier.js';
import { SetAside } from './consume/set-aside.js';
import { CONSUMER_GROUP } from './kafka/consumer-group.js';
import { AuditRepository } from './operator/audit.repository.js';
import { DeadLettersController } from './operator/dead-letters.controller.js';
import { DeadLettersRepository } from './operator/dead-letters.repository.js';
import { DiscardDeadLetter } from './operator/discard-dead-letter.js';
import { DiscardRefusedEvent } from './operator/refused-events/discard-refused-event.js';
import { RefusedEventsController } from './operator/refused-events/refused-events.controller.js';
import { RetryRefusedEvent } from './operator/refused-events/retry-refused-event.js';
import { RehearseDeadLetter } from './operator/rehearse-dead-letter.js';
import { ReplayDeadLetter } from './operator/replay-dead-letter.js';
import { ReplayDeadLetters } from './operator/replay-dead-letters.js';
import { DeadLetterTopic } from './parking/dead-letter.topic.js';
import { DeadLettersPurge } from './parking/dead-letters.purge.js';
import { FailurePolicy } from './parking/failure-policy.js';
import { KillSwitch } from './parking/kill-switch.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking/parking.options.js';
import { RecordFailure } from './parking/record-failure.js';
import { SetAsideHealth } from './parking/set-aside.health.js';
import { SetAsideRepository } from './parking/set-aside.repository.js';
import { SetAsideWatch } from './parking/set-aside.watch.js';

export interface ConsumingOptions extends ParkingOptions {
  readonly consumerGroup: string;
}

/**
 * Handles what a consumer group is delivered, keeps what it cannot handle, and serves both to operators over HTTP. Needs
 * `OutboxModule` and what that needs.
 */
@Global()
@Module({})
export class ConsumingModule {
  static forRoot({ consumerGroup, ...parking }: ConsumingOptions): DynamicModule {
    return {
      module: ConsumingModule,
      controllers: [DeadLettersController, RefusedEventsController],
      providers: [
        { provide: CONSUMER_GROUP, useValue: consumerGroup },
        { provide: PARKING_OPTIONS, useValue: parking },
        // consume/
        ConsumerMetrics,
        Handlers,
        InboxPurge,
        Retrier,
        SetAside,
        // parking/
        DeadLetterTopic,
        DeadLettersPurge,
        FailurePolicy,
        KillSwitch,
        RecordFailure,
        SetAsideHealth,
        SetAsideRepository,
        SetAsideWatch,
        // operator/
        AuditRepository,
        DeadLettersRepository,
        DiscardDeadLetter,
        DiscardRefusedEvent,
        RehearseDeadLetter,
        ReplayDeadLetter,
        ReplayDeadLetters,
        RetryRefusedEvent,
      ],
      exports: [CONSUMER_GROUP, ConsumerMetrics, Retrier, SetAside],
    };
  }
}
