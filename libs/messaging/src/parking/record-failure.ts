import { Inject, Injectable } from '@nestjs/common';
import { EventMetrics } from '../kafka/event.metrics.js';
import type { Transaction } from '@orderflow/postgres';
import { DeadLetterTopic } from './dead-letter.topic.js';
import { describeFailure, type Failure, type FailureKind } from './failure-policy.js';
import { KillSwitch } from './kill-switch.js';
import { nameOf } from './queue.js';
import { delayAfter } from './retry-schedule.js';
import { type SetAsideMessage, SetAsideRepository } from './set-aside.repository.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';

export interface FailedAttempt {
  readonly error: unknown;
  readonly kind: Exclude<FailureKind, 'surroundings'>;
  readonly by: 'retry' | 'replay';
}

/** How long to wait at least: whoever holds a lock may be done soon, another version comes with a deployment. */
const POSTPONE_MS = { contention: 2_000, unhandled: 30_000 };
/** Where others hold for minutes what many want, these must not keep the rest from their turn. */
const LONGEST_POSTPONE_MS = 15_000;

/**
 * Notes that the head of a queue has failed once more: it is tried again later, or given up and announced as a dead
 * letter. An operator's attempt gives nothing up but bad input.
 */
@Injectable()
export class RecordFailure {
  constructor(
    private readonly repository: SetAsideRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly killSwitch: KillSwitch,
    private readonly events: EventMetrics,
    @Inject(PARKING_OPTIONS) private readonly options: Pick<ParkingOptions, 'schedule'>,
  ) {}

  /**
   * @param tried as it was when it was tried, in a transaction that is rolled back by now; where it has changed since,
   * somebody else has tried it too and has noted it, and nothing is noted here
   */
  async execute(tx: Transaction, tried: SetAsideMessage, attempt: FailedAttempt): Promise<Failure> {
    const failure = describeFailure(attempt.error);
    await this.repository.lockQueues(tx, [tried.queue]);
    const head = await this.repository.head(tx, tried.queue);
    if (head?.id !== tried.id || head.attempts !== tried.attempts) return failure;
    if (attempt.kind === 'contention' || attempt.kind === 'unhandled')
      await this.postpone(tx, head, attempt.kind, failure);
    else await this.note(tx, head, attempt, failure);
    return failure;
  }

  /** What is no fault of the message uses up none of its retries. */
  private async postpone(tx: Transaction, head: SetAsideMessage, kind: keyof typeof POSTPONE_MS, failure: Failure) {
    tx.onCommit(() => this.events.countAttempt(head.message, 'failed'));
    await this.repository.postpone(tx, head.id, failure);
    if (head.status === 'OPEN') return; // an operator's attempt at a dead letter: it stays one
    const waitedMs = Date.now() - (head.firstFailedAt?.getTime() ?? Date.now());
    const delayMs = Math.max(POSTPONE_MS[kind], Math.min(LONGEST_POSTPONE_MS, waitedMs / 4));
    await this.repository.schedule(tx, head.queue, delayMs * (0.5 + Math.random()));
  }

  private async note(tx: Transaction, head: SetAsideMessage, { kind, by }: FailedAttempt, failure: Failure) {
    tx.onCommit(() => this.events.countAttempt(head.message, 'failed'));
    if (kind === 'own') await this.killSwitch.countFailure(tx, nameOf(head.queue));
    const attempts = head.attempts + 1;
    const wasOpen = head.status === 'OPEN';
    const delayMs = kind === 'permanent' || wasOpen ? undefined : this.delayAfter(attempts, by);
    const ranOut = delayMs === undefined && kind === 'own' && !wasOpen;
    const status = delayMs === undefined ? 'OPEN' : 'RETRYING';
    await this.repository.fail(tx, { id: head.id, status, by, failure, ranOut });
    if (!wasOpen) await this.repository.schedule(tx, head.queue, delayMs ?? null);
    if (status === 'RETRYING' || wasOpen) return;
    const lastFailedAt = new Date();
    const firstFailedAt = head.firstFailedAt ?? lastFailedAt;
    await this.deadLetters.announce(tx, [{ message: head.message, failure, attempts, firstFailedAt, lastFailedAt }]);
    if (ranOut) await this.killSwitch.countRanOut(tx);
  }

  /** @returns undefined after the last retry */
  private delayAfter(attempts: number, by: FailedAttempt['by']): number | undefined {
    const { schedule } = this.options;
    const made = by === 'replay' ? Math.min(attempts, schedule.maxAttempts - 1) : attempts;
    return delayAfter(made, schedule);
  }
}
