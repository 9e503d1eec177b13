import type { DecodedMessage } from '../envelope/cloud-event.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BatchRun, PartitionId, Progress, ReadMessage, UnitOfWork } from './unit-of-work.js';
import { type ConsumedMessage, headerOf } from '../envelope/message.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { cutText } from '@orderflow/observability';
import { ConsumerPositions } from './consumer-positions.js';
import { Inbox } from './inbox.js';
import { Database, isContention, storableText, type Transaction } from '@orderflow/postgres';
import { DeadLetterTopic } from '../parking/dead-letter.topic.js';
import { describeFailure, FailurePolicy, typeOf } from '../parking/failure-policy.js';
import { KillSwitch } from '../parking/kill-switch.js';
import { nameOf, queueOf } from '../parking/queue.js';
import { delayAfter } from '../parking/retry-schedule.js';
import { type Entry, SetAsideRepository } from '../parking/set-aside.repository.js';
import { CONSUMER_GROUP } from '../kafka/consumer-group.js';
import { PARKING_OPTIONS, type ParkingOptions } from '../parking/parking.options.js';

const LONGEST_TYPE = 200;

/** How long a batch waits for a lock when it is known that rows are locked for long: longer than another replica's batch takes. */
const IMPATIENT_MS = 500;

/** More messages are set aside than may be: an operator is needed. The message stays in Kafka. */
export class SetAsideFull extends Error {
  override readonly name = 'SetAsideFull';
}

/**
 * Handles batches so that no message blocks its partition and none is dropped. What can't be handled is set aside in
 * the batch's own transaction, and later messages of its key line up behind it; all other keys go on.
 *
 * The order of locks keeps zombies and retries from reordering a key: first the positions of the partitions (where a zombie's
 * batch waits for its successor's, and then finds them moved), then the inbox rows, then the queues of the keys, then
 * whatever the handlers lock.
 */
@Injectable()
export class SetAside implements UnitOfWork {
  private readonly logger = new Logger('SetAside');
  private readonly inbox: Inbox;
  private readonly consumerPositions: ConsumerPositions;

  constructor(
    @Inject(CONSUMER_GROUP) consumerGroup: string,
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly policy: FailurePolicy,
    private readonly killSwitch: KillSwitch,
    private readonly events: EventMetrics,
    @Inject(PARKING_OPTIONS) private readonly options: Pick<ParkingOptions, 'schedule' | 'maxWaiting'>,
  ) {
    this.inbox = new Inbox(consumerGroup);
    this.consumerPositions = new ConsumerPositions(consumerGroup);
  }

  async isOwnFault(error: unknown): Promise<boolean> {
    return (await this.policy.kindOf(error)) !== 'surroundings';
  }

  isContention(error: unknown): boolean {
    return isContention(error);
  }

  positions(partitions: readonly PartitionId[]): Promise<ReadonlyMap<string, string>> {
    return this.consumerPositions.find(this.database, partitions);
  }

  /** @throws {ConsumerStopped} while the kill switch is thrown */
  async run(batch: BatchRun): Promise<void> {
    if (batch.messages.length === 0) return this.consumerPositions.move(this.database, batch.progress);
    if (await this.killSwitch.isThrown()) {
      // What was handled before proves nothing as a trial, and would hold its partition for ever.
      const fresh = await this.unhandled(batch.messages);
      if (fresh.length > 0) await this.tryOne(fresh, batch.dispatch);
    }
    const options = batch.impatient ? { lockTimeoutMs: IMPATIENT_MS } : {};
    const handled = await this.database.transaction(async (tx) => {
      await this.consumerPositions.move(tx, batch.progress);
      return this.handle(tx, batch.messages, batch.dispatch);
    }, options);
    this.killSwitch.countHandled(handled);
  }

  async setAside(message: ConsumedMessage, error: unknown, progress: readonly Progress[] = []): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.consumerPositions.move(tx, progress);
      const [fresh] = await this.inbox.claim(tx, [message]);
      if (!fresh) return; // another replica has handled it meanwhile
      const waiting = await this.repository.lockQueues(tx, [queueOf(message)]);
      await this.keep(tx, [waiting.size > 0 ? behind(message) : this.failed(message, error)]);
      if (typeOf(error) === 'own') await this.killSwitch.countFailure(tx, nameOf(queueOf(message)));
    });
  }

  private async unhandled(messages: readonly ReadMessage[]): Promise<ReadMessage[]> {
    const fresh = await this.inbox.unhandled(
      this.database,
      messages.map(({ message }) => message),
    );
    const known = new Set(fresh);
    return messages.filter(({ message }) => known.has(message));
  }

  /** A single one of the messages, whichever, as a trial; the kill switch is off afterwards, or this rejects. */
  private async tryOne(messages: readonly ReadMessage[], dispatch: BatchRun['dispatch']): Promise<void> {
    const firsts = firstOfEachKey(messages);
    const candidates = firsts.filter(({ event }) => event);
    // Where every key begins with bad input, that goes first: it proves nothing, and what is behind it waits for an operator.
    const tried = candidates.length > 0 ? candidates.slice(...oneOf(candidates)) : firsts;
    if (!(await this.killSwitch.claimTrial())) throw this.killSwitch.error;
    try {
      await this.database.transaction(async (tx) => {
        if ((await this.handle(tx, tried, dispatch)) > 0) await this.killSwitch.resume(tx);
      });
    } catch (error) {
      if ((await this.policy.kindOf(error)) === 'surroundings') throw error;
      this.logger.warn(`A trial has failed, still stopped: ${(error as Error).message}`);
    }
    if (await this.killSwitch.isThrown()) throw this.killSwitch.error;
  }

  /** @returns how many went through a handler */
  private async handle(tx: Transaction, read: readonly ReadMessage[], dispatch: BatchRun['dispatch']): Promise<number> {
    const messages = read.map(({ message }) => message);
    const fresh = await this.inbox.claim(tx, messages);
    if (fresh.length < messages.length) this.countRepeated(tx, messages, fresh);
    if (fresh.length === 0) return 0;
    const isFresh = new Set(fresh);
    const waiting = await this.repository.lockQueues(tx, fresh.map(queueOf));
    const { due, entries } = this.sort(
      read.filter(({ message }) => isFresh.has(message)),
      waiting,
    );
    if (due.length > 0) await dispatch(tx, due);
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

  /** Tells what is to be handled from what can't be, or is behind a message that is set aside, in their order. */
  private sort(fresh: readonly ReadMessage[], waiting: Set<string>) {
    const due: DecodedMessage[] = [];
    const entries: Entry[] = [];
    for (const read of fresh) {
      const name = nameOf(queueOf(read.message));
      if (waiting.has(name)) {
        entries.push(behind(read.message));
      } else if (read.event) {
        due.push(read);
      } else {
        entries.push(this.failed(read.message, read.failure));
        waiting.add(name);
      }
    }
    return { due, entries };
  }

  private failed(message: ConsumedMessage, error: unknown): Entry {
    const kind = typeOf(error);
    const isBad = kind === 'permanent';
    const ranOut = !isBad && kind !== 'contention' && this.options.schedule.maxAttempts === 1;
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
    if (entries.some(({ ranOut }) => ranOut)) await this.killSwitch.countRanOut(tx);
  }
}

function behind(message: ConsumedMessage): Entry {
  return { message, eventType: typeIn(message), status: 'BLOCKED', failure: undefined };
}

/** So that a trial overtakes nothing of its key, bad input neither. */
function firstOfEachKey(messages: readonly ReadMessage[]): ReadMessage[] {
  return [...new Map(messages.toReversed().map((read) => [nameOf(queueOf(read.message)), read])).values()];
}

/** The bounds of one entry, whichever. */
function oneOf(list: readonly unknown[]): [start: number, end: number] {
  const start = Math.floor(Math.random() * list.length);
  return [start, start + 1];
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
