import type { DecodedMessage } from '../envelope/cloud-event.js';
import type { ConsumedMessage } from '../envelope/message.js';

/** A message of a type that is handled here: the event in it, or why it can't be handled, or not now. */
export type ReadMessage =
  DecodedMessage | { readonly message: ConsumedMessage; readonly event?: never; readonly failure: Error };

export interface PartitionId {
  readonly topic: string;
  readonly partition: number;
}

/** How far a partition is handled. */
export interface Progress extends PartitionId {
  /** The offset where this consumer has taken over, as the unit of work has it; undefined where it has none yet. */
  readonly from: string | undefined;
  /** The offset to go on at once the batch is committed. */
  readonly next: string;
}

export interface BatchRun {
  /** In their order. */
  readonly messages: readonly ReadMessage[];
  /** Of every partition that the batch has messages of, those of types that nobody handles included. */
  readonly progress: readonly Progress[];
  /** Runs the handlers in the unit's transaction. */
  readonly dispatch: (transaction: unknown, messages: readonly DecodedMessage[]) => Promise<void>;
  /** Whether to wait only a moment for rows that others have locked: one looks for the message that wants them. */
  readonly impatient: boolean;
}

/** What makes a batch of messages take effect once; the transport knows no database, so it is told how. */
export interface UnitOfWork {
  /**
   * In one transaction: moves the partitions on, hands those messages that have not been handled yet to their handlers in
   * their order, and marks them as handled. What can't be handled, or waits behind such a message of its key, is set aside in
   * the same transaction and counts as handled. All or nothing: a rejection leaves no trace.
   * @throws {PositionLost}
   * @throws {LockedByOthers} where a handler knows the messages that want what others hold
   */
  run(batch: BatchRun): Promise<void>;

  /**
   * Sets a message aside that failed with `error` when it stood alone, and moves its partition on. From then on it is handled.
   * @throws {PositionLost}
   */
  setAside(message: ConsumedMessage, error: unknown, progress: readonly Progress[]): Promise<void>;

  /** Whether an error can be the fault of a message (or of its handler), and not of the database being away. */
  isOwnFault(error: unknown): boolean | Promise<boolean>;

  /** Whether others were in the way for too long, so that looking for the message that wants what they hold is worth it. */
  isContention(error: unknown): boolean;

  /** The offset at which to go on, by `order-events[2]`, as far as it is known of the partitions. */
  positions(partitions: readonly PartitionId[]): Promise<ReadonlyMap<string, string>>;
}
