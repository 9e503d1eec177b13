import { Logger } from '@nestjs/common';
import {
  type ConsumedMessage,
  headerOf,
  type DecodedMessage,
  type EventHandling,
  type UnitOfWork,
} from '@orderflow/kafka';
import { Inbox } from '@orderflow/outbox';
import type { Database, Transaction } from '@orderflow/postgres';
import type { DeadLetterTopic } from './dead-letter.topic.js';
import { describeFailure, type Failure, kindOf } from './failure-policy.js';
import { nameOf, queueOf } from './queue.js';
import { delayAfter, type RetrySchedule } from './retry-schedule.js';
import type { Entry, SetAsideRepository } from './set-aside.repository.js';

export interface SetAsideOptions {
  readonly schedule: RetrySchedule;
  /** Messages that may wait; beyond it nothing more is set aside, and partitions with culprits wait. */
  readonly maxWaiting: number;
}

/** More messages are set aside than may be: an operator is needed. The message stays in Kafka. */
export class SetAsideFull extends Error {
  override readonly name = 'SetAsideFull';
}

/**
 * Handles batches so that no message blocks its partition and none is dropped. What can't be handled is set aside in
 * the batch's own transaction, and later messages of its key line up behind it; all other keys go on.
 *
 * The order of locks keeps zombies and retries from reordering a key: first the inbox rows (where a zombie's batch
 * waits for its successor's), then the queues of the keys, then whatever the handlers lock.
 */
export class SetAside implements UnitOfWork {
  private readonly logger = new Logger('SetAside');
  private readonly inbox: Inbox;

  constructor(
    consumerGroup: string,
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly options: SetAsideOptions,
  ) {
    this.inbox = new Inbox(consumerGroup);
  }

  isOwnFault(error: unknown): boolean {
    return kindOf(error) !== 'surroundings' && !(error instanceof SetAsideFull);
  }

  async run(messages: readonly ConsumedMessage[], handling: EventHandling): Promise<void> {
    await this.database.transaction(async (tx) => {
      const fresh = await this.inbox.claim(tx, messages);
      if (fresh.length === 0) return;
      const { due, entries } = sort(fresh, await this.repository.lockQueues(tx, fresh.map(queueOf)), handling);
      if (due.length > 0) await handling.dispatch(tx, due);
      await this.keep(tx, entries);
    });
  }

  async setAside(message: ConsumedMessage, error: unknown): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [fresh] = await this.inbox.claim(tx, [message]);
      if (!fresh) return; // another replica has handled it meanwhile
      const locked = await this.repository.lockQueues(tx, [queueOf(message)]);
      const failed = kindOf(error) === 'permanent' || this.options.schedule.maxAttempts === 1 ? 'OPEN' : 'RETRYING';
      const behind: Entry = { message, eventType: typeIn(message), status: 'BLOCKED', failure: undefined };
      await this.keep(tx, [locked.size > 0 ? behind : { ...behind, status: failed, failure: describeFailure(error) }]);
    });
  }

  private async keep(tx: Transaction, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const { maxWaiting, schedule } = this.options;
    if ((await this.repository.countWaiting(tx, maxWaiting)) >= maxWaiting) {
      throw new SetAsideFull(`${maxWaiting} messages are set aside already: replay or discard dead letters`);
    }
    await this.repository.insert(tx, entries, delayAfter(1, schedule) ?? 0);
    const dead = entries.filter(({ status }) => status === 'OPEN');
    await this.deadLetters.copy(tx, dead.map(toDeadLetter));
    tx.onCommit(() => dead.forEach((entry) => this.logger.error(sayDeadLetter(entry))));
  }
}

/** Tells what is to be handled from what is bad input or behind a message that is set aside, in their order. */
function sort(fresh: readonly ConsumedMessage[], waiting: Set<string>, handling: EventHandling) {
  const due: DecodedMessage[] = [];
  const entries: Entry[] = [];
  for (const message of fresh) {
    const read = readOrFailure(message, handling);
    if (!read) continue; // nobody here handles its type
    const name = nameOf(queueOf(message));
    if (waiting.has(name)) {
      entries.push({ message, eventType: typeIn(message), status: 'BLOCKED', failure: undefined });
    } else if ('event' in read) {
      due.push(read);
    } else {
      entries.push({ message, eventType: typeIn(message), status: 'OPEN', failure: read });
      waiting.add(name);
    }
  }
  return { due, entries };
}

/** @throws what is not the message's own bad input */
function readOrFailure(message: ConsumedMessage, handling: EventHandling): DecodedMessage | Failure | undefined {
  try {
    return handling.decode(message);
  } catch (error) {
    if (kindOf(error) !== 'permanent') throw error;
    return describeFailure(error);
  }
}

function sayDeadLetter({ message: { topic, partition, offset }, failure }: Entry): string {
  return `${topic}[${partition}] offset ${offset} is a dead letter: ${failure?.code} ${failure?.message}`;
}

function typeIn(message: ConsumedMessage): string | undefined {
  return headerOf(message, 'ce_type')?.replaceAll('\0', '\u2400').slice(0, 200);
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
