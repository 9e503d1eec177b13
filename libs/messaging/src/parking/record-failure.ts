import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '@orderflow/postgres';
import { EventMetrics } from '../kafka/event.metrics.js';
import { DeadLetterTopic } from './dead-letters/dead-letter.topic.js';
import { describeFailure, type Failure, type FailureKind } from './failure-policy.js';
import { KillSwitch } from './kill-switch/kill-switch.js';
import { type ParkedMessage, ParkedMessagesRepository } from './messages/parked-messages.repository.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';
import { delayAfter } from './retry-schedule.js';
import { nameOf } from './messages/sequence.js';
import { SequencesRepository } from './messages/sequences.repository.js';

export interface FailedAttempt {
  readonly error: unknown;
  readonly kind: Exclude<FailureKind, 'unavailable'>;
  readonly by: 'retry' | 'replay';
}

/** How long to wait at least: whoever holds a lock may release it soon, another version comes with a deployment. */
const POSTPONE_MS = { contention: 2_000, 'type-not-handled': 30_000 };
/** Where others hold for minutes what many want, these must not keep the rest from their turn. */
const LONGEST_POSTPONE_MS = 15_000;

/**
 * Records that the head of a sequence has failed once more: it is tried again later, or becomes a dead letter. An operator's
 * attempt makes a dead letter of nothing but bad input.
 */
@Injectable()
export class RecordFailure {
  constructor(
    private readonly messages: ParkedMessagesRepository,
    private readonly sequences: SequencesRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly killSwitch: KillSwitch,
    private readonly events: EventMetrics,
    @Inject(PARKING_OPTIONS) private readonly options: Pick<ParkingOptions, 'schedule'>,
  ) {}

  /**
   * @param tried as it was when it was tried, in a transaction that is rolled back by now; where it has changed since,
   * somebody else has tried it too and has recorded it, and nothing is recorded here
   */
  async execute(tx: Transaction, tried: ParkedMessage, attempt: FailedAttempt): Promise<Failure> {
    const failure = describeFailure(attempt.error);
    await this.sequences.lock(tx, [tried.sequence]);
    const head = await this.messages.head(tx, tried.sequence);
    if (head?.id !== tried.id || head.attempts !== tried.attempts) return failure;
    tx.onCommit(() => this.events.countAttempt(head.message, 'failed'));
    if (attempt.kind === 'contention' || attempt.kind === 'type-not-handled')
      await this.postpone(tx, head, attempt.kind, failure);
    else await this.record(tx, head, attempt, failure);
    return failure;
  }

  /** What is no fault of the message uses up none of its retries. */
  private async postpone(tx: Transaction, head: ParkedMessage, kind: keyof typeof POSTPONE_MS, failure: Failure) {
    await this.messages.postpone(tx, head.id, failure);
    if (head.status === 'OPEN') return; // an operator's attempt at a dead letter: it stays one
    const waitedMs = Date.now() - (head.firstFailedAt?.getTime() ?? Date.now());
    const delayMs = Math.max(POSTPONE_MS[kind], Math.min(LONGEST_POSTPONE_MS, waitedMs / 4));
    await this.sequences.schedule(tx, head.sequence, delayMs * (0.5 + Math.random()));
  }

  private async record(tx: Transaction, head: ParkedMessage, { kind, by }: FailedAttempt, failure: Failure) {
    if (kind === 'bug') await this.killSwitch.countFailure(tx, nameOf(head.sequence));
    const attempts = head.attempts + 1;
    const wasOpen = head.status === 'OPEN';
    const delayMs = kind === 'bad-input' || wasOpen ? undefined : this.delayAfter(attempts, by);
    const ranOut = delayMs === undefined && kind === 'bug' && !wasOpen;
    const status = delayMs === undefined ? 'OPEN' : 'RETRYING';
    await this.messages.fail(tx, { id: head.id, status, by, failure, ranOut });
    if (!wasOpen) await this.sequences.schedule(tx, head.sequence, delayMs ?? null);
    if (status === 'RETRYING' || wasOpen) return;
    const lastFailedAt = new Date();
    const firstFailedAt = head.firstFailedAt ?? lastFailedAt;
    await this.deadLetters.publish(tx, [{ message: head.message, failure, attempts, firstFailedAt, lastFailedAt }]);
    if (ranOut) await this.killSwitch.countRanOut(tx);
  }

  /** @returns undefined after the last retry */
  private delayAfter(attempts: number, by: FailedAttempt['by']): number | undefined {
    const { schedule } = this.options;
    const made = by === 'replay' ? Math.min(attempts, schedule.maxAttempts - 1) : attempts;
    return delayAfter(made, schedule);
  }
}
