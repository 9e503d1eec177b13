import { Logger } from '@nestjs/common';
import {
  type ConsumedMessage,
  headerOf,
  type DecodedMessage,
  type EventHandling,
  type EventMetrics,
  type UnitOfWork,
} from '@orderflow/kafka';
import { cutText } from '@orderflow/observability';
import { Inbox } from '@orderflow/outbox';
import { type Database, storableText, type Transaction } from '@orderflow/postgres';
import type { DeadLetterTopic } from './dead-letter.topic.js';
import { describeFailure, type Failure, type FailurePolicy, typeOf } from './failure-policy.js';
import type { KillSwitch } from './kill-switch.js';
import { nameOf, queueOf } from './queue.js';
import { delayAfter, type RetrySchedule } from './retry-schedule.js';
import type { Entry, SetAsideRepository } from './set-aside.repository.js';

const LONGEST_TYPE = 200;

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
    private readonly policy: FailurePolicy,
    private readonly killSwitch: KillSwitch,
    private readonly events: EventMetrics,
    private readonly options: SetAsideOptions,
  ) {
    this.inbox = new Inbox(consumerGroup);
  }

  async isOwnFault(error: unknown): Promise<boolean> {
    return (await this.policy.kindOf(error)) !== 'surroundings';
  }

  /** @throws {ConsumerStopped} while the kill switch is thrown */
  async run(messages: readonly ConsumedMessage[], handling: EventHandling): Promise<void> {
    if (await this.killSwitch.isThrown()) {
      // What was handled before proves nothing as a trial, and would hold its partition for ever.
      const fresh = await this.inbox.unhandled(this.database, messages);
      if (fresh.length === 0) return;
      await this.tryOne(fresh, handling);
    }
    await this.database.transaction((tx) => this.handle(tx, messages, handling));
  }

  async setAside(message: ConsumedMessage, error: unknown): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [fresh] = await this.inbox.claim(tx, [message]);
      if (!fresh) return; // another replica has handled it meanwhile
      const waiting = await this.repository.lockQueues(tx, [queueOf(message)]);
      await this.keep(tx, [waiting.size > 0 ? behind(message) : this.failed(message, error)]);
    });
  }

  /** A single one of the messages, whichever, as a trial; the kill switch is off afterwards, or this rejects. */
  private async tryOne(messages: readonly ConsumedMessage[], handling: EventHandling): Promise<void> {
    const candidates = firstOfEachKey(messages.filter((message) => isReadable(message, handling)));
    const one = candidates[Math.floor(Math.random() * candidates.length)];
    if (!one || !(await this.killSwitch.claimTrial())) throw this.killSwitch.error;
    try {
      await this.database.transaction(async (tx) => {
        if ((await this.handle(tx, [one], handling)) > 0) await this.killSwitch.resume(tx);
      });
    } catch (error) {
      if ((await this.policy.kindOf(error)) === 'surroundings') throw error;
      this.logger.warn(`A trial has failed, still stopped: ${(error as Error).message}`);
    }
    if (await this.killSwitch.isThrown()) throw this.killSwitch.error;
  }

  /** @returns how many went through a handler */
  private async handle(
    tx: Transaction,
    messages: readonly ConsumedMessage[],
    handling: EventHandling,
  ): Promise<number> {
    const fresh = await this.inbox.claim(tx, messages);
    if (fresh.length < messages.length) this.countRepeated(tx, messages, fresh);
    if (fresh.length === 0) return 0;
    const { due, entries } = sort(fresh, await this.repository.lockQueues(tx, fresh.map(queueOf)), handling);
    if (due.length > 0) await handling.dispatch(tx, due);
    await this.keep(tx, entries);
    tx.onCommit(() => this.events.countHandled(due.map(({ message }) => message)));
    return due.length;
  }

  private countRepeated(
    tx: Transaction,
    messages: readonly ConsumedMessage[],
    fresh: readonly ConsumedMessage[],
  ): void {
    const known = new Set(fresh);
    tx.onCommit(() =>
      this.events.count(
        'repeated',
        messages.filter((message) => !known.has(message)),
      ),
    );
  }

  private failed(message: ConsumedMessage, error: unknown): Entry {
    const isBad = typeOf(error) === 'permanent';
    const ranOut = !isBad && this.options.schedule.maxAttempts === 1;
    const status = isBad || ranOut ? 'OPEN' : 'RETRYING';
    return { message, eventType: typeIn(message), status, failure: describeFailure(error), ranOut };
  }

  private async keep(tx: Transaction, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const { maxWaiting, schedule } = this.options;
    if ((await this.repository.countWaiting(tx, maxWaiting)) >= maxWaiting) {
      throw new SetAsideFull(`${maxWaiting} messages are set aside already: replay or discard dead letters`);
    }
    await this.repository.insert(tx, entries, delayAfter(1, schedule) ?? 0);
    tx.onCommit(() =>
      this.events.count(
        'set_aside',
        entries.map(({ message }) => message),
      ),
    );
    await this.deadLetters.announce(tx, entries.filter(({ status }) => status === 'OPEN').map(toDeadLetter));
    if (entries.some(({ ranOut }) => ranOut)) await this.killSwitch.count(tx);
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
      entries.push(behind(message));
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
    if (typeOf(error) !== 'permanent') throw error;
    return describeFailure(error);
  }
}

function behind(message: ConsumedMessage): Entry {
  return { message, eventType: typeIn(message), status: 'BLOCKED', failure: undefined };
}

function isReadable(message: ConsumedMessage, handling: EventHandling): boolean {
  const read = readOrFailure(message, handling);
  return read !== undefined && 'event' in read;
}

/** So that a trial overtakes nothing of its key. */
function firstOfEachKey(messages: readonly ConsumedMessage[]): ConsumedMessage[] {
  const byKey = new Map(messages.toReversed().map((message) => [nameOf(queueOf(message)), message]));
  return [...byKey.values()];
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
