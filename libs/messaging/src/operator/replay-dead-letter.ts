import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { AuditRepository } from './audit.repository.js';
import { type Failure, FailurePolicy } from '../parking/failure-policy.js';
import { Handlers } from '../consume/handlers.js';
import { lockSetAside, type Refusal } from './lock-set-aside.js';
import { RecordFailure } from '../parking/record-failure.js';
import { refusalText } from './refusal-text.js';
import { Retrier } from '../consume/retrier.js';
import { sayWhatBecame } from '../parking/say-what-became.js';
import { type SetAsideMessage, SetAsideRepository } from '../parking/set-aside.repository.js';

export type ReplayOutcome =
  | { readonly kind: 'replayed' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly attempts: number }
  | Refusal;

/**
 * Runs the head of a queue through today's handler, in the transaction that holds the queue's lock: its effect and
 * `REPLAYED` commit together, so that it takes effect once, whoever replays, retries or consumes at the same moment.
 * Nothing is published to the topic: only this group handles it again. Its successors follow in order.
 */
@Injectable()
export class ReplayDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly audit: AuditRepository,
    private readonly handlers: Handlers,
    private readonly policy: FailurePolicy,
    private readonly recordFailure: RecordFailure,
    private readonly retrier: Retrier,
  ) {}

  async execute(id: string): Promise<ReplayOutcome> {
    let tried: SetAsideMessage | undefined;
    try {
      const outcome = await this.audited(id, (tx) => this.replay(tx, id, (head) => (tried = head)));
      if (outcome.kind === 'replayed') this.retrier.wake();
      return outcome;
    } catch (error) {
      if (!tried) throw error;
      return this.fail(tried, error);
    }
  }

  private audited(id: string, work: (tx: Transaction) => Promise<ReplayOutcome>): Promise<ReplayOutcome> {
    return this.database.transaction(async (tx) => {
      const outcome = await work(tx);
      if (outcome.kind !== 'unknown') await this.audit.add(tx, { act: 'REPLAY', deadLetterId: id, ...told(outcome) });
      return outcome;
    });
  }

  private async replay(tx: Transaction, id: string, onTry: (head: SetAsideMessage) => void): Promise<ReplayOutcome> {
    const locked = await lockSetAside(tx, this.repository, id);
    if (locked.kind !== 'locked') return locked;
    const { head } = locked;
    if (head.id !== id) return { kind: 'behind', headId: head.id };
    onTry(head);
    await this.handlers.handle(tx, head.message);
    await this.repository.replayed(tx, id, 'replay');
    await this.repository.schedule(tx, head.queue, 0); // the next in line, or the end of the queue
    sayWhatBecame(tx, head.message, 'is replayed', { deadLetterId: id });
    return { kind: 'replayed' };
  }

  /** Leaves it as it is, with one more attempt; one that was still retried and turns out as bad input is given up. */
  private async fail(tried: SetAsideMessage, error: unknown): Promise<ReplayOutcome> {
    const kind = await this.policy.kindOf(error);
    if (kind === 'surroundings') throw error;
    return this.audited(tried.id, async (tx) => {
      const failure = await this.recordFailure.execute(tx, tried, { error, kind, by: 'replay' });
      return { kind: 'failed', failure, attempts: tried.attempts + 1 };
    });
  }
}

function told(outcome: ReplayOutcome) {
  switch (outcome.kind) {
    case 'replayed':
      return { outcome: 'DONE', reason: null } as const;
    case 'failed':
      return { outcome: 'FAILED', reason: `${outcome.failure.code}: ${outcome.failure.message}` } as const;
    default:
      return { outcome: 'REFUSED', reason: refusalText(outcome) } as const;
  }
}
