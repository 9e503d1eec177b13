import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConsumedMessage, type HeaderValue, type OutgoingMessage, placeOf } from '../../envelope/message.js';
import { fieldsOf } from '../../envelope/message-fields.js';
import { type TopicDefinition, type TopicSettings } from '../../kafka/topics.js';
import { Outbox } from '../../publish/outbox.js';
import type { Transaction } from '@orderflow/postgres';
import type { Failure } from '../failure-policy.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';

export interface DeadLetter {
  readonly message: ConsumedMessage;
  readonly failure: Failure;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
}

/** The largest message that a broker accepts by default, plus room for the added headers. */
const MAX_MESSAGE_BYTES = 1_048_588 + 65_536;

/** Publishes a group's dead letters: each original message with headers for its place, its failure and its time. */
@Injectable()
export class DeadLetterTopic {
  private readonly logger = new Logger('DeadLetter');

  constructor(
    @Inject(CONSUMER_GROUP) private readonly consumerGroup: string,
    private readonly outbox: Outbox,
  ) {}

  /** Publishes a copy of each dead letter if the caller's transaction commits, and logs each one after the commit. */
  async publish(tx: Transaction, deadLetters: readonly DeadLetter[]): Promise<void> {
    if (deadLetters.length === 0) return;
    const copies = deadLetters.map((deadLetter) => this.copyOf(deadLetter));
    this.outbox.addMessages(tx, copies);
    tx.onCommit(() => deadLetters.forEach((deadLetter) => this.log(deadLetter)));
  }

  private log(deadLetter: DeadLetter): void {
    const { message, failure } = deadLetter;
    this.logger.error(textOf(deadLetter), { errorCode: failure.code, ...fieldsOf(message) });
  }

  private copyOf({ message, failure, attempts, firstFailedAt, lastFailedAt }: DeadLetter): OutgoingMessage {
    const { topic, partition, offset, timestamp, key, value } = message;
    const why = {
      dead_letter_topic: topic,
      dead_letter_partition: String(partition),
      dead_letter_offset: offset,
      dead_letter_timestamp: timestamp,
      dead_letter_group: this.consumerGroup,
      dead_letter_error_code: failure.code,
      dead_letter_error_message: failure.message,
      dead_letter_error_stack: failure.stack,
      dead_letter_attempts: String(attempts),
      dead_letter_first_failed_at: firstFailedAt.toISOString(),
      dead_letter_last_failed_at: lastFailedAt.toISOString(),
    };
    const headers = { ...(message.headers as Record<string, HeaderValue>), ...why };
    return { topic: deadLetterTopicOf(topic, this.consumerGroup), key, value, headers };
  }
}

/** The dead-letter topics of a group. They accept a message of maximum size with the added headers. */
export function deadLetterTopics(
  topics: readonly string[],
  consumerGroup: string,
  settings: TopicSettings,
): TopicDefinition[] {
  return topics.map((topic) => ({
    ...settings,
    name: deadLetterTopicOf(topic, consumerGroup),
    maxMessageBytes: MAX_MESSAGE_BYTES,
  }));
}

function textOf({ message, failure, attempts }: DeadLetter): string {
  const tried = attempts === 1 ? 'once' : `${attempts} times`;
  return `${placeOf(message)} is a dead letter, tried ${tried}: ${failure.code} ${failure.message}`;
}

function deadLetterTopicOf(topic: string, consumerGroup: string): string {
  return `${topic}.${consumerGroup}.dead-letter`;
}
