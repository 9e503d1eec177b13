import { Metrics } from '@orderflow/observability';
import type { Database, Transaction } from '@orderflow/postgres';
import { BatchRecovery } from '../src/consume/batch-recovery.js';
import { ConsumeBatch } from '../src/consume/consume-batch.js';
import { EventDispatcher } from '../src/consume/dispatch/event-dispatcher.js';
import { ConsumerMetrics } from '../src/consume/group/consumer.metrics.js';
import { Inbox } from '../src/consume/inbox/inbox.js';
import { PartitionPositions } from '../src/consume/positions/partition-positions.js';
import { PositionsRepository } from '../src/consume/positions/positions.repository.js';
import { Retrier } from '../src/consume/retries/retrier.js';
import type { OutgoingMessage } from '../src/envelope/message.js';
import { EventMetrics } from '../src/kafka/event.metrics.js';
import { DeadLetterTopic } from '../src/parking/dead-letters/dead-letter.topic.js';
import { FailurePolicy } from '../src/parking/failure-policy.js';
import { KillSwitch } from '../src/parking/kill-switch/kill-switch.js';
import { ParkedMessagesRepository } from '../src/parking/messages/parked-messages.repository.js';
import { Parking } from '../src/parking/parking.js';
import { RecordFailure } from '../src/parking/record-failure.js';
import { SequencesRepository } from '../src/parking/messages/sequences.repository.js';
import type { ParkingOptions } from '../src/parking/parking.options.js';
import type { Outbox } from '../src/publish/outbox.js';

export const PARKING: ParkingOptions = {
  schedule: { maxAttempts: 3, firstDelayMs: 10, maxDelayMs: 50 },
  maxParked: 1_000,
  retentionMs: 3_600_000,
  killSwitch: { keys: 1_000, failingKeys: 1_000, windowMs: 60_000, trialEveryMs: 20 },
};

export interface ConsumerParts {
  readonly group: string;
  readonly database: Database;
  readonly metrics?: Metrics;
  readonly parking?: ParkingOptions;
  /** Receives the copies of dead letters after their transaction has committed. */
  readonly copies?: OutgoingMessage[];
}

/** The parts of a replica's consumer, wired as in `ConsumingModule`, with an outbox that keeps copies in memory. */
export function createConsumer({ group, database, metrics = new Metrics(), parking = PARKING, copies }: ConsumerParts) {
  const outbox = {
    addMessages: async (tx: Transaction, messages: readonly OutgoingMessage[]) =>
      tx.onCommit(() => copies?.push(...messages)),
  } as unknown as Outbox;
  const events = new EventMetrics(metrics);
  const consumerMetrics = new ConsumerMetrics(metrics);
  const messages = new ParkedMessagesRepository(group);
  const sequences = new SequencesRepository(group);
  const deadLetters = new DeadLetterTopic(group, outbox);
  const policy = new FailurePolicy(database);
  const killSwitch = new KillSwitch(group, database, parking, metrics);
  const recordFailure = new RecordFailure(messages, sequences, deadLetters, killSwitch, events, parking);
  const dispatcher = new EventDispatcher(group, events);
  const positions = new PartitionPositions(database, new PositionsRepository(group));
  const consumeBatch = new ConsumeBatch(
    database,
    positions,
    new Inbox(group),
    new Parking(messages, sequences, deadLetters, killSwitch, events, parking),
    dispatcher,
    killSwitch,
    policy,
    consumerMetrics,
    events,
  );
  return {
    metrics,
    events,
    consumerMetrics,
    messages,
    policy,
    killSwitch,
    recordFailure,
    dispatcher,
    positions,
    consumeBatch,
    recovery: new BatchRecovery(consumeBatch, dispatcher, policy),
    retrier: new Retrier(database, messages, sequences, dispatcher, policy, recordFailure, killSwitch),
  };
}

/** Replaces decoding and dispatching of a dispatcher by functions of the test. */
export function override(
  dispatcher: EventDispatcher,
  handling: Pick<EventDispatcher, 'decode' | 'dispatch'> & Partial<Pick<EventDispatcher, 'handleAgain'>>,
): void {
  Object.defineProperty(dispatcher, 'isConnected', { value: true, configurable: true });
  Object.assign(dispatcher, handling);
}
