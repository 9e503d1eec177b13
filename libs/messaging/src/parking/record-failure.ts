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
  /** `trial`: the single attempt while the kill switch is tripped. */
  readonly by: 'retry' | 'replay' | 'trial';
}

/** One that uses up a retry, or that an operator made. */
type CountedAttempt = Pick<FailedAttempt, 'kind'> & { readonly by: 'retry' | 'replay' };

/** Delay before jitter (± 50 %): a lock may be released soon, but another version only comes with a deployment. */
const POSTPONE_MS = { contention: 2_000, 'type-not-handled': 30_000 };
/** The most that a delay by contention grows to: many messages that need one locked row must not delay all other retries. */
const LONGEST_CONTENTION_MS = 15_000;

/**
 * Records another failure of the heads of sequences: each is retried later, or becomes a dead letter. After an operator's
 * attempt, only bad input becomes a dead letter. A failed trial uses up no attempt, since the failure is everybody's.
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
   * @param tried the heads as read by the attempt, whose transaction has been rolled back. If one has changed since, another
   * attempt has recorded its own outcome, and this one records nothing of it.
   */
  async execute(tx: Transaction, tried: readonly ParkedMessage[], attempt: FailedAttempt): Promise<Failure> {
    const failure = describeFailure(attempt.error);
    const sequences = tried.map(({ sequence }) => sequence);
    await this.sequences.lock(tx, sequences);
    const attempts = new Map(tried.map((each) => [each.id, each.attempts]));
    for (const head of await this.messages.heads(tx, sequences))
      if (attempts.get(head.id) === head.attempts) await this.recordFor(tx, head, attempt, failure);
    return failure;
  }

  private async recordFor(tx: Transaction, head: ParkedMessage, attempt: FailedAttempt, failure: Failure) {
    const { kind, by } = attempt;
    if (by === 'trial') return this.sequences.schedule(tx, [head.sequence], this.killSwitch.nextTrialOfSameMs);
    tx.onCommit(() => this.events.countAttempt(head.message, 'failed'));
    if (kind === 'contention' || kind === 'type-not-handled') return this.postpone(tx, head, kind, failure);
    return this.record(tx, head, { kind, by }, failure);
  }

  /** A failure that the message did not cause uses up none of its retries. */
  private async postpone(tx: Transaction, head: ParkedMessage, kind: keyof typeof POSTPONE_MS, failure: Failure) {
    await this.messages.postpone(tx, head.id, failure);
    if (head.status === 'OPEN') return; // an operator's attempt at a dead letter: it stays one
    const waitedMs = Date.now() - (head.firstFailedAt?.getTime() ?? Date.now());
    const delayMs = Math.max(POSTPONE_MS[kind], Math.min(LONGEST_CONTENTION_MS, waitedMs / 4));
    await this.sequences.schedule(tx, [head.sequence], delayMs * (0.5 + Math.random()));
  }

  private async record(tx: Transaction, head: ParkedMessage, { kind, by }: CountedAttempt, failure: Failure) {
    if (kind === 'bug') await this.killSwitch.countFailure(tx, nameOf(head.sequence));
    const attempts = head.attempts + 1;
    const wasOpen = head.status === 'OPEN';
    const delayMs = kind === 'bad-input' || wasOpen ? undefined : this.delayAfter(attempts, by);
    const ranOut = delayMs === undefined && kind === 'bug' && !wasOpen;
    const status = delayMs === undefined ? 'OPEN' : 'RETRYING';
    await this.messages.fail(tx, { id: head.id, status, by, failure, ranOut });
    if (!wasOpen) await this.sequences.schedule(tx, [head.sequence], delayMs ?? null);
    if (status === 'RETRYING' || wasOpen) return;
    const lastFailedAt = new Date();
    const firstFailedAt = head.firstFailedAt ?? lastFailedAt;
    await this.deadLetters.publish(tx, [{ message: head.message, failure, attempts, firstFailedAt, lastFailedAt }]);
    if (ranOut) await this.killSwitch.countRanOut(tx);
  }

  /** @returns undefined after the last retry */
  private delayAfter(attempts: number, by: CountedAttempt['by']): number | undefined {
    const { schedule } = this.options;
    const made = by === 'replay' ? Math.min(attempts, schedule.maxAttempts - 1) : attempts;
    return delayAfter(made, schedule);
  }
}
