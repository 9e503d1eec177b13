import type { Database, Transaction } from '@orderflow/postgres';
import type { AuditRepository } from './audit.repository.js';
import type { DeadLetterTopic } from './dead-letter.topic.js';
import { describeFailure, type Failure, kindOf } from './failure-policy.js';
import type { Handlers } from './handlers.js';
import { lockSetAside, type Refusal } from './lock-set-aside.js';
import { refusalText } from './refusal-text.js';
import type { Retrier } from './retrier.js';
import type { SetAsideMessage, SetAsideRepository } from './set-aside.repository.js';

export type ReplayOutcome =
  | { readonly kind: 'replayed' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly attempts: number }
  | Refusal;

/**
 * Runs the head of a queue through today's handler, in the transaction that holds the queue's lock: its effect and
 * `REPLAYED` commit together, so that it takes effect once, whoever replays, retries or consumes at the same moment.
 * Nothing is published to the topic: only this group handles it again. Its successors follow in order.
 */
export class ReplayDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly audit: AuditRepository,
    private readonly deadLetters: DeadLetterTopic,
    private readonly handlers: Handlers,
    private readonly retrier: Retrier,
  ) {}

  async execute(id: string): Promise<ReplayOutcome> {
    const outcome = await this.database.transaction(async (tx) => {
      const outcome = await this.replay(tx, id);
      if (outcome.kind !== 'unknown') await this.audit.add(tx, { act: 'REPLAY', deadLetterId: id, ...told(outcome) });
      return outcome;
    });
    if (outcome.kind === 'replayed') this.retrier.wake();
    return outcome;
  }

  private async replay(tx: Transaction, id: string): Promise<ReplayOutcome> {
    const locked = await lockSetAside(tx, this.repository, id);
    if (locked.kind !== 'locked') return locked;
    const { message, head } = locked;
    if (head.id !== id) return { kind: 'behind', headId: head.id };
    try {
      await tx.attempt(() => this.handlers.handle(tx, message.message));
    } catch (error) {
      if (kindOf(error) === 'surroundings') throw error;
      return this.fail(tx, message, error);
    }
    await this.repository.replayed(tx, id, 'replay');
    await this.repository.schedule(tx, message.queue, 0); // the next in line, or the end of the queue
    return { kind: 'replayed' };
  }

  /** Leaves it as it is, with one more attempt; one that was still retried and turns out as bad input is given up. */
  private async fail(tx: Transaction, replayed: SetAsideMessage, error: unknown): Promise<ReplayOutcome> {
    const { id, message, queue } = replayed;
    const failure = describeFailure(error);
    const attempts = replayed.attempts + 1;
    const isOpen = replayed.status === 'OPEN' || kindOf(error) === 'permanent';
    await this.repository.fail(tx, { id, status: isOpen ? 'OPEN' : 'RETRYING', by: 'replay', failure });
    if (isOpen && replayed.status !== 'OPEN') {
      await this.repository.schedule(tx, queue, null);
      const lastFailedAt = new Date();
      const firstFailedAt = replayed.firstFailedAt ?? lastFailedAt;
      await this.deadLetters.copy(tx, [{ message, failure, attempts, firstFailedAt, lastFailedAt }]);
    }
    return { kind: 'failed', failure, attempts };
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
