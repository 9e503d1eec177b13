import { Injectable } from '@nestjs/common';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from '../../audit/audit.repository.js';
import { type DeadLetterFilter, DeadLettersRepository } from '../dead-letters.repository.js';
import type { Failure } from '../../../parking/failure-policy.js';
import { ReplayDeadLetter, type ReplayOutcome } from './replay-dead-letter.js';

export interface ReplayReport {
  /** How many were OPEN and matched when it began. */
  readonly matched: number;
  readonly replayed: number;
  readonly failed: number;
  /** Dead letters that were no longer OPEN, or not the head of their sequence, at their turn. */
  readonly skipped: number;
  /** Dead letters that were not tried, because the replay stopped before. */
  readonly remaining: number;
  /** How many were tried in each step. */
  readonly steps: readonly number[];
  /** The first failure, at which it stopped. */
  readonly failure: { readonly id: string; readonly failure: Failure } | null;
}

type Counts = { -readonly [Name in keyof Omit<ReplayReport, 'remaining' | 'steps' | 'matched'>]: ReplayReport[Name] };

/** Small steps first, so that a bad fix shows after few attempts. */
const STEPS = [1, 2, 5, 20, 50, 100];
/** Concurrent replays: each holds a connection of the pool, which the consumer and HTTP requests need as well. */
const AT_ONCE = 4;

/**
 * Replays every OPEN dead letter that matches, in the order of their keys, in steps of 1, 2, 5, 20, 50 and then 100.
 * Stops at the first failure. Each replay is a transaction of its own, so the successful ones stay.
 */
@Injectable()
export class ReplayDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly deadLetters: DeadLettersRepository,
    private readonly audit: AuditRepository,
    private readonly replayDeadLetter: ReplayDeadLetter,
  ) {}

  async execute(filter: DeadLetterFilter, actor: string | null): Promise<ReplayReport> {
    const act = { act: 'REPLAY_ALL', actor, deadLetterId: null } as const;
    const entry = await this.audit.add(this.database, {
      ...act,
      outcome: 'STARTED',
      reason: null,
      details: { filter },
    });
    try {
      const report = await this.replayAll(await this.deadLetters.openIds(filter), actor);
      const { failure, ...counts } = report;
      await this.audit.conclude(this.database, entry, {
        outcome: failure ? 'FAILED' : 'DONE',
        reason: failure && `${failure.id}: ${failure.failure.code}: ${failure.failure.message}`,
        details: { filter, ...counts },
      });
      return report;
    } catch (error) {
      // If the database is unavailable, the entry stays STARTED; those of the single replays show how far it came.
      const { message } = error as Error;
      const conclusion = { outcome: 'FAILED', reason: message, details: { filter } } as const;
      await this.audit.conclude(this.database, entry, conclusion).catch(() => undefined);
      throw error;
    }
  }

  private async replayAll(ids: readonly string[], actor: string | null): Promise<ReplayReport> {
    const counts: Counts = { replayed: 0, failed: 0, skipped: 0, failure: null };
    const steps: number[] = [];
    let tried = 0;
    while (tried < ids.length && !counts.failure) {
      const step = ids.slice(tried, tried + (STEPS[steps.length] ?? 100));
      const done = await this.replayStep(step, counts, actor);
      steps.push(done);
      tried += done;
    }
    return { matched: ids.length, ...counts, remaining: ids.length - tried, steps };
  }

  /** @returns how many of the step it has tried */
  private async replayStep(ids: readonly string[], counts: Counts, actor: string | null): Promise<number> {
    let next = 0;
    let tried = 0;
    const work = async () => {
      for (let id = ids[next++]; id !== undefined && !counts.failure; id = ids[next++]) {
        count(counts, id, await this.replayDeadLetter.execute(id, actor));
        tried += 1;
      }
    };
    const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    const broken = results.find((result) => result.status === 'rejected');
    if (broken) throw broken.reason;
    return tried;
  }
}

function count(counts: Counts, id: string, outcome: ReplayOutcome): void {
  if (outcome.kind === 'replayed') counts.replayed += 1;
  else if (outcome.kind === 'failed') {
    counts.failed += 1;
    counts.failure ??= { id, failure: outcome.failure };
  } else counts.skipped += 1;
}
