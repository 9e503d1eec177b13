import { Injectable, Logger } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { handlingTogether } from '../envelope/event-spans.js';
import type { ConsumedMessage } from '../envelope/message.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { FailurePolicy, kindOf } from '../parking/failure-policy.js';
import { KillSwitch } from '../parking/kill-switch/kill-switch.js';
import { Parking } from '../parking/parking.js';
import { nameOf, sequenceOf } from '../parking/messages/sequence.js';
import { ConsumerMetrics } from './group/consumer.metrics.js';
import { EventDispatcher } from './dispatch/event-dispatcher.js';
import { holdBack } from './hold-back.js';
import { Inbox } from './inbox/inbox.js';
import { PartitionPositions } from './positions/partition-positions.js';
import { isSkipped, type ReadMessage } from './read-batch.js';

/** Longer than the batch of another replica takes. */
const SHORT_LOCK_TIMEOUT = { lockTimeoutMs: 500 };

/**
 * The path of a batch, top to bottom. {@link BatchServer} takes messages from Kafka, {@link BatchRecovery} has
 * {@link readBatch} decode and validate them and calls this class, which does in one transaction:
 *
 *     move the positions of the partitions → claim in the inbox → lock the sequences of the keys → hold back
 *       what has failed or must wait → dispatch the rest to the @EventPattern handlers → park what was held back → commit
 *
 * After the commit `BatchServer` resolves the offsets. If the transaction fails, `BatchRecovery` finds the poison message
 * and calls {@link parkAlone}. While the kill switch is tripped, only single messages are tried.
 *
 * Every transaction takes its locks in this order, so that neither a zombie nor a retry can reorder a key. The positions
 * come first: they fence zombies. If a zombie commits before its successor, the successor finds that the partition has
 * moved, and continues after it; otherwise the zombie finds that, and its batch is rolled back.
 */
@Injectable()
export class ConsumeBatch {
  private readonly logger = new Logger('ConsumeBatch');

  constructor(
    private readonly database: Database,
    private readonly positions: PartitionPositions,
    private readonly inbox: Inbox,
    private readonly parking: Parking,
    private readonly dispatcher: EventDispatcher,
    private readonly killSwitch: KillSwitch,
    private readonly policy: FailurePolicy,
    private readonly metrics: ConsumerMetrics,
    private readonly events: EventMetrics,
  ) {}

  /**
   * Gives a batch its effect once: all of it commits, or a rejection leaves no trace of it.
   * @param hasShortLockTimeout whether to wait only a moment for rows that others have locked
   * @throws {PositionLost} if another replica has moved a partition, or the database was restored
   * @throws {ConsumerStopped} while the kill switch is tripped
   * @throws {ParkingFull} if no more messages may be parked
   * @throws {LockedByOthers} if a handler knows which messages need rows that others have locked
   * @throws whatever else a handler throws
   */
  async execute(batch: readonly ReadMessage[], { hasShortLockTimeout = false } = {}): Promise<void> {
    const messages = batch.map(messageOf);
    const consume = () => this.consume(batch, messages, hasShortLockTimeout ? SHORT_LOCK_TIMEOUT : {});
    await this.metrics.measureBatch(messages.length, () => handlingTogether(messages, consume));
    this.dispatcher.countSkipped(messages);
  }

  private async consume(
    batch: readonly ReadMessage[],
    messages: readonly ConsumedMessage[],
    options: { readonly lockTimeoutMs?: number },
  ): Promise<void> {
    const notSkipped = batch.filter((read) => !isSkipped(read));
    await this.positions.load(messages);
    await this.tryWhileTripped(notSkipped);
    const handled = await this.database.transaction(
      (tx) => this.handle(tx, notSkipped, this.positions.move(tx, messages)),
      options,
    );
    this.killSwitch.countHandled(handled);
  }

  /**
   * @param moved the positions; the claims and locks that follow are sent in the same round trip, and take effect after it
   * @returns how many messages were handled; the others were duplicates, or are parked
   */
  private async handle(tx: Transaction, batch: readonly ReadMessage[], moved?: Promise<void>): Promise<number> {
    const [, fresh, parked] = await Promise.all([
      moved,
      this.claim(tx, batch),
      this.parking.lockSequences(tx, batch.map(messageOf)),
    ]);
    const { due, toPark } = holdBack(fresh, parked);
    await this.dispatcher.dispatch(tx, due);
    await this.parking.park(tx, toPark);
    tx.onCommit(() => this.events.countHandled(due.map(messageOf)));
    return due.length;
  }

  /** @returns the messages that are not duplicates */
  private async claim(tx: Transaction, batch: readonly ReadMessage[]): Promise<readonly ReadMessage[]> {
    const claimed = await this.inbox.claim(tx, batch.map(messageOf));
    const duplicates = batch.filter(({ message }) => !claimed.has(message));
    tx.onCommit(() => this.events.count('deduplicated', duplicates.map(messageOf)));
    return batch.filter(({ message }) => claimed.has(message));
  }

  /**
   * Parks a message that failed with `error` in a batch of its own. It takes the same locks as a batch, in the same order.
   * @throws {PositionLost}
   * @throws {ParkingFull}
   */
  async parkAlone(message: ConsumedMessage, error: Error): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.positions.move(tx, [message]);
      const claimed = await this.inbox.claim(tx, [message]);
      if (claimed.size === 0) return; // another replica has settled it meanwhile
      const { toPark } = holdBack([{ message, failure: error }], await this.parking.lockSequences(tx, [message]));
      await this.parking.park(tx, toPark);
      if (kindOf(error) === 'bug') await this.killSwitch.countFailure(tx, nameOf(sequenceOf(message)));
    });
  }

  /**
   * While the kill switch is tripped, tries a single message. If that works, the switch is reset; otherwise this rejects.
   * The trial leaves the positions alone, since its message need not be the first of its partition: once the switch is
   * reset, the batch moves them, and the inbox drops the message as a duplicate.
   */
  private async tryWhileTripped(batch: readonly ReadMessage[]): Promise<void> {
    if (batch.length === 0 || !(await this.killSwitch.isTripped())) return;
    // A duplicate proves nothing as a trial, and would hold its partition for ever.
    const unclaimed = await this.inbox.unclaimed(this.database, batch.map(messageOf));
    if (unclaimed.size === 0) return;
    const trial = chooseTrial(batch.filter(({ message }) => unclaimed.has(message)));
    if (!(await this.killSwitch.claimTrial())) throw this.killSwitch.error;
    try {
      await this.database.transaction(async (tx) => {
        if ((await this.handle(tx, trial)) > 0) await this.killSwitch.reset(tx);
      });
    } catch (error) {
      if ((await this.policy.kindOf(error)) === 'unavailable') throw error;
      this.logger.warn(`The trial of a single event failed; the consumer stays stopped: ${(error as Error).message}`);
    }
    if (await this.killSwitch.isTripped()) throw this.killSwitch.error;
  }
}

/**
 * Chooses one message at random among the first of each key, so that it overtakes nothing. If every key begins with bad
 * input, these messages are chosen: they prove nothing, but they can be parked.
 */
function chooseTrial(batch: readonly ReadMessage[]): readonly ReadMessage[] {
  const firsts = [...new Map(batch.toReversed().map((read) => [nameOf(sequenceOf(read.message)), read])).values()];
  const candidates = firsts.filter(({ event }) => event);
  const chosen = candidates[Math.floor(Math.random() * candidates.length)];
  return chosen ? [chosen] : firsts;
}

function messageOf({ message }: ReadMessage): ConsumedMessage {
  return message;
}
