import { type DynamicModule, Global, Module } from '@nestjs/common';
import { BatchRecovery } from './consume/batch-recovery.js';
import { BatchServer } from './consume/batch-server.js';
import { BATCH_SERVER_OPTIONS, type BatchServerOptions } from './consume/batch-server.options.js';
import { ConsumeBatch } from './consume/consume-batch.js';
import { EventDispatcher } from './consume/dispatch/event-dispatcher.js';
import { ConsumerMetrics } from './consume/group/consumer.metrics.js';
import { Inbox } from './consume/inbox/inbox.js';
import { InboxPurge } from './consume/inbox/inbox.purge.js';
import { PartitionPositions } from './consume/positions/partition-positions.js';
import { PositionsRepository } from './consume/positions/positions.repository.js';
import { Retrier } from './consume/retries/retrier.js';
import { CONSUMER_GROUP } from './kafka/consumer-group.js';
import { AuditRepository } from './operator/audit/audit.repository.js';
import { DeadLettersController } from './operator/dead-letters/dead-letters.controller.js';
import { DeadLettersRepository } from './operator/dead-letters/dead-letters.repository.js';
import { DiscardDeadLetter } from './operator/dead-letters/discard-dead-letter.js';
import { DryRunDeadLetter } from './operator/dead-letters/replay/dry-run-dead-letter.js';
import { ReplayDeadLetter } from './operator/dead-letters/replay/replay-dead-letter.js';
import { ReplayDeadLetters } from './operator/dead-letters/replay/replay-dead-letters.js';
import { DiscardRejectedEvent } from './operator/rejected-events/discard-rejected-event.js';
import { RejectedEventsController } from './operator/rejected-events/rejected-events.controller.js';
import { RetryRejectedEvent } from './operator/rejected-events/retry-rejected-event.js';
import { DeadLetterTopic } from './parking/dead-letters/dead-letter.topic.js';
import { DeadLettersPurge } from './parking/dead-letters/dead-letters.purge.js';
import { FailurePolicy } from './parking/failure-policy.js';
import { KillSwitch } from './parking/kill-switch/kill-switch.js';
import { ParkedMessagesRepository } from './parking/messages/parked-messages.repository.js';
import { ParkingHealth } from './parking/parking.health.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking/parking.options.js';
import { Parking } from './parking/parking.js';
import { ParkingWatch } from './parking/parking.watch.js';
import { RecordFailure } from './parking/record-failure.js';
import { SequencesRepository } from './parking/messages/sequences.repository.js';

export interface ConsumingOptions {
  readonly consumerGroup: string;
  readonly server: BatchServerOptions;
  readonly parking: ParkingOptions;
}

const CONSUME = [
  BatchServer,
  BatchRecovery,
  ConsumeBatch,
  ConsumerMetrics,
  EventDispatcher,
  Inbox,
  InboxPurge,
  PartitionPositions,
  PositionsRepository,
  Retrier,
];

const PARKING = [
  DeadLetterTopic,
  DeadLettersPurge,
  FailurePolicy,
  KillSwitch,
  ParkedMessagesRepository,
  Parking,
  ParkingHealth,
  ParkingWatch,
  RecordFailure,
  SequencesRepository,
];

const OPERATOR = [
  AuditRepository,
  DeadLettersRepository,
  DiscardDeadLetter,
  DiscardRejectedEvent,
  DryRunDeadLetter,
  ReplayDeadLetter,
  ReplayDeadLetters,
  RetryRejectedEvent,
];

/**
 * Handles the messages of a consumer group, parks those that it cannot handle, and serves the HTTP API for operators.
 * Needs `OutboxModule` and its requirements.
 */
@Global()
@Module({})
export class ConsumingModule {
  static forRoot({ consumerGroup, server, parking }: ConsumingOptions): DynamicModule {
    return {
      module: ConsumingModule,
      controllers: [DeadLettersController, RejectedEventsController],
      providers: [
        { provide: CONSUMER_GROUP, useValue: consumerGroup },
        { provide: BATCH_SERVER_OPTIONS, useValue: server },
        { provide: PARKING_OPTIONS, useValue: parking },
        ...CONSUME,
        ...PARKING,
        ...OPERATOR,
      ],
      exports: [CONSUMER_GROUP, BatchServer, Retrier],
    };
  }
}
