import { Inject, Injectable } from '@nestjs/common';
import { cutText } from '@orderflow/observability';
import { storableText, type Transaction } from '@orderflow/postgres';
import { type ConsumedMessage, headerOf } from '../envelope/message.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { DeadLetterTopic } from './dead-letters/dead-letter.topic.js';
import { describeFailure, kindOf } from './failure-policy.js';
import { KillSwitch } from './kill-switch/kill-switch.js';
import { type Entry, ParkedMessagesRepository } from './messages/parked-messages.repository.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';
import { delayAfter } from './retry-schedule.js';
import { sequenceOf } from './messages/sequence.js';
import { SequencesRepository } from './messages/sequences.repository.js';

/** A message that cannot be handled now. */
export interface Parkable {
  readonly message: ConsumedMessage;
  /** Why it failed; undefined if it did not fail but is behind a parked message of its key. */
  readonly failure?: Error | undefined;
}

/** The limit of parked messages is reached, and an operator must act. The message stays in Kafka. */
export class ParkingFull extends Error {
  override readonly name = 'ParkingFull';
}

const LONGEST_TYPE = 200;

/**
 * Parks messages that cannot be handled, in the transaction of their batch. None is dropped, none blocks its partition,
 * and later messages of its key are parked behind it (ADR 0009).
 */
@Injectable()
export class Parking {
  constructor(
    private readonly messages: ParkedMessagesRepository,
    private readonly sequences: SequencesRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly killSwitch: KillSwitch,
    private readonly events: EventMetrics,
    @Inject(PARKING_OPTIONS) private readonly options: Pick<ParkingOptions, 'schedule' | 'maxParked'>,
  ) {}

  /**
   * Locks the messages' sequences that have parked messages until the transaction ends, so that no retry or operator
   * changes them meanwhile.
   * @returns the names of these sequences
   */
  async lockSequences(tx: Transaction, messages: readonly ConsumedMessage[]): Promise<Set<string>> {
    return messages.length === 0 ? new Set() : this.sequences.lock(tx, messages.map(sequenceOf));
  }

  /**
   * Parks messages in their order. Bad input becomes a dead letter at once; other failed messages are retried.
   * @throws {ParkingFull} if the limit of parked messages is reached; the last batch before that may exceed it
   */
  async park(tx: Transaction, parkables: readonly Parkable[]): Promise<void> {
    if (parkables.length === 0) return;
    const { maxParked, schedule } = this.options;
    if ((await this.messages.countParked(tx, maxParked)) >= maxParked) {
      throw new ParkingFull(`${maxParked} messages are parked already: replay or discard dead letters`);
    }
    const entries = parkables.map((parkable) => this.toEntry(parkable));
    const heads = entries.filter(({ status }) => status !== 'BLOCKED');
    await this.sequences.open(
      tx,
      heads.map(({ message, status }) => ({ ...sequenceOf(message), isRetried: status === 'RETRYING' })),
      delayAfter(1, schedule) ?? 0,
    );
    await this.messages.insert(tx, entries);
    await this.deadLetters.publish(tx, heads.filter(({ status }) => status === 'OPEN').map(toDeadLetter));
    if (entries.some(({ ranOut }) => ranOut)) await this.killSwitch.countRanOut(tx);
    tx.onCommit(() =>
      this.events.count(
        'parked',
        entries.map(({ message }) => message),
      ),
    );
  }

  private toEntry({ message, failure }: Parkable): Entry {
    const eventType = typeIn(message);
    if (failure === undefined) return { message, eventType, status: 'BLOCKED', failure };
    const kind = kindOf(failure);
    const isBad = kind === 'bad-input';
    const ranOut = !isBad && kind !== 'contention' && this.options.schedule.maxAttempts === 1;
    const status = isBad || ranOut ? 'OPEN' : 'RETRYING';
    return { message, eventType, status, failure: describeFailure(failure), ranOut };
  }
}

function typeIn(message: ConsumedMessage): string | undefined {
  const type = headerOf(message, 'ce_type');
  return type === undefined ? undefined : cutText(storableText(type), LONGEST_TYPE);
}

function toDeadLetter({ message, failure }: Entry) {
  const now = new Date();
  return {
    message,
    failure: failure ?? describeFailure(undefined),
    attempts: 1,
    firstFailedAt: now,
    lastFailedAt: now,
  };
}
