import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { Database, type Transaction } from '@orderflow/postgres';
import { FailurePolicy } from '../parking/failure-policy.js';
import { KillSwitch } from '../parking/kill-switch/kill-switch.js';
import { logSettled } from '../parking/log-settled.js';
import { type ParkedMessage, ParkedMessagesRepository } from '../parking/messages/parked-messages.repository.js';
import { RecordFailure } from '../parking/record-failure.js';
import { SequencesRepository } from '../parking/messages/sequences.repository.js';
import { EventDispatcher } from './dispatch/event-dispatcher.js';

const POLLING_INTERVAL_MS = 200;
/** If a row is locked for longer, the message is retried later, so that other sequences get their turn. */
const SHORT_LOCK_TIMEOUT = { lockTimeoutMs: 50 };

/**
 * Retries parked messages: the head of each sequence alone, in the transaction that locks the sequence. Its effect and its
 * removal commit together. Every replica retries, and picks only sequences that nobody has locked. Retries begin once the
 * application has started and its handlers are connected.
 */
@Injectable()
export class Retrier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Retrier');
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
    let tried: ParkedMessage | undefined;
    try {
      return await this.database.transaction(async (tx) => {
        const sequence = await this.sequences.lockDue(tx);
        if (!sequence) return false;
        tried = await this.messages.head(tx, sequence);
        if (tried) await this.retry(tx, tried, isTrial);
        else await this.sequences.close(tx, sequence);
        return true;
      }, SHORT_LOCK_TIMEOUT);
    } catch (error) {
      if (!tried) throw error;
      await this.fail(tried, error, isTrial);
      return true;
    }
  }

  private async mayTry(): Promise<boolean> {
    return (await this.sequences.isAnyDue(this.database)) && (await this.killSwitch.claimTrial());
  }

  private async retry(tx: Transaction, head: ParkedMessage, isTrial: boolean): Promise<void> {
    await this.dispatcher.handleAgain(tx, head.message);
    await this.messages.delete(tx, head.id);
    await this.sequences.schedule(tx, head.sequence, 0); // the next message, or the removal of the sequence
    // A message that was only BLOCKED has not failed, so there is nothing to log.
    if (head.status !== 'BLOCKED') logSettled(tx, head.message, `is handled, at attempt ${head.attempts + 1}`);
    if (isTrial) await this.killSwitch.reset(tx);
    tx.onCommit(() => this.killSwitch.countHandled(1));
  }

  private async fail(tried: ParkedMessage, error: unknown, isTrial: boolean): Promise<void> {
    const kind = await this.policy.kindOf(error);
    if (kind === 'unavailable') throw error;
    const by = isTrial ? 'trial' : 'retry';
    await this.database.transaction((tx) => this.recordFailure.execute(tx, tried, { error, kind, by }));
  }
}
