import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { Database, type Transaction } from '@orderflow/postgres';
import { LockedByOthers } from '../../envelope/locked-by-others.js';
import { FailurePolicy } from '../../parking/failure-policy.js';
import { KillSwitch } from '../../parking/kill-switch/kill-switch.js';
import { logSettled } from '../../parking/log-settled.js';
import { type ParkedMessage, ParkedMessagesRepository } from '../../parking/messages/parked-messages.repository.js';
import { RecordFailure } from '../../parking/record-failure.js';
import { nameOf, type Sequence } from '../../parking/messages/sequence.js';
import { SequencesRepository } from '../../parking/messages/sequences.repository.js';
import { EventDispatcher } from '../dispatch/event-dispatcher.js';

const POLLING_INTERVAL_MS = 200;
/**
 * If a row is locked for longer, the messages that need it are retried later, so that others get their turn. Most batches hold
 * their rows for less; shorter, retries of busy rows hardly ever succeed.
 */
const SHORT_LOCK_TIMEOUT = { lockTimeoutMs: 250 };

/** Heads that are retried in one transaction: one locked row may be why thousands are parked, and others wait behind them. */
const MAX_TOGETHER = 20;

/**
 * Retries parked messages: the heads of sequences, in the transaction that locks their sequences. Their effects and their
 * removal commit together. Every replica retries, and picks only sequences that nobody has locked. If heads fail together,
 * those that need locked rows are postponed, or else each is retried alone. Retries begin once the application has started
 * and its handlers are connected.
 */
@Injectable()
export class Retrier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Retrier');
  /** How many heads to retry together: one after a failure that does not say which is to blame, then ever more. */
  private together = MAX_TOGETHER;
  private readonly poller = new Poller(() => this.retryDue(), {
    intervalMs: POLLING_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Parked messages cannot be retried now; it tries again: ${message}`),
  });

  constructor(
    private readonly database: Database,
    private readonly messages: ParkedMessagesRepository,
    private readonly sequences: SequencesRepository,
    private readonly dispatcher: EventDispatcher,
    private readonly policy: FailurePolicy,
    private readonly recordFailure: RecordFailure,
    private readonly killSwitch: KillSwitch,
  ) {}

  onApplicationBootstrap(): void {
    void this.database.whenReady().then(() => this.poller.start());
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** Checks at once for due messages. */
  wake(): void {
    this.poller.wake();
  }

  private async retryDue(): Promise<void> {
    if (!this.dispatcher.isConnected) return;
    while (!this.poller.isStopped && (await this.retryNext()));
  }

  /** @returns whether a message was due */
  private async retryNext(): Promise<boolean> {
    const isTrial = await this.killSwitch.isTripped();
    if (isTrial && !(await this.mayTry())) return false;
    let tried: readonly ParkedMessage[] = [];
    try {
      return await this.database.transaction(async (tx) => {
        const sequences = await this.sequences.lockDue(tx, isTrial ? 1 : this.together);
        if (sequences.length === 0) return false;
        tried = await this.messages.heads(tx, sequences);
        await this.closeEmpty(tx, sequences, tried);
        if (tried.length > 0) await this.retry(tx, tried, isTrial);
        return true;
      }, SHORT_LOCK_TIMEOUT);
    } catch (error) {
      if (tried.length === 0) throw error;
      await this.fail(tried, error, isTrial);
      return true;
    }
  }

  private async closeEmpty(tx: Transaction, sequences: readonly Sequence[], heads: readonly ParkedMessage[]) {
    const names = new Set(heads.map(({ sequence }) => nameOf(sequence)));
    const empty = sequences.filter((sequence) => !names.has(nameOf(sequence)));
    if (empty.length > 0) await this.sequences.close(tx, empty);
  }

  private async mayTry(): Promise<boolean> {
    return (await this.sequences.isAnyDue(this.database)) && (await this.killSwitch.claimTrial());
  }

  private async retry(tx: Transaction, heads: readonly ParkedMessage[], isTrial: boolean): Promise<void> {
    await this.dispatcher.handleAgain(
      tx,
      heads.map(({ message }) => message),
    );
    await this.messages.delete(
      tx,
      heads.map(({ id }) => id),
    );
    await this.sequences.schedule(
      tx,
      heads.map(({ sequence }) => sequence),
      0, // the next message, or the removal of the sequence
    );
    for (const { status, message, attempts } of heads) {
      // A message that was only BLOCKED has not failed, so there is nothing to log.
      if (status !== 'BLOCKED') logSettled(tx, message, `is handled, at attempt ${attempts + 1}`);
    }
    if (isTrial) await this.killSwitch.reset(tx);
    tx.onCommit(() => {
      this.killSwitch.countHandled(heads.length);
      this.together = Math.min(MAX_TOGETHER, 2 * this.together);
    });
  }

  private async fail(tried: readonly ParkedMessage[], error: unknown, isTrial: boolean): Promise<void> {
    const kind = await this.policy.kindOf(error);
    if (kind === 'unavailable') throw error;
    const failed = tried.length === 1 ? tried : lockedAmong(tried, error);
    if (failed.length === 0) {
      this.together = 1; // they are still due, and come next, one at a time
      return;
    }
    const by = isTrial ? 'trial' : 'retry';
    await this.database.transaction((tx) => this.recordFailure.execute(tx, failed, { error, kind, by }));
  }
}

function lockedAmong(tried: readonly ParkedMessage[], error: unknown): readonly ParkedMessage[] {
  const locked = new Set(error instanceof LockedByOthers ? error.messages : []);
  return tried.filter(({ message }) => locked.has(message));
}
