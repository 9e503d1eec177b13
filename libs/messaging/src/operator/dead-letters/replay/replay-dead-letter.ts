import { Injectable } from '@nestjs/common';
import { SequencesRepository } from '../../../parking/messages/sequences.repository.js';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import type { Transaction } from '@orderflow/postgres';
import { type AuditedAct, AuditRepository } from '../../audit/audit.repository.js';
import { type Failure, FailurePolicy } from '../../../parking/failure-policy.js';
import { EventDispatcher } from '../../../consume/dispatch/event-dispatcher.js';
import { lockParked, type Refusal } from '../lock-parked.js';
import { RecordFailure } from '../../../parking/record-failure.js';
import { conclusionOf } from '../audit-conclusion.js';
import { Retrier } from '../../../consume/retries/retrier.js';
import { logSettled } from '../../../parking/log-settled.js';
import { type ParkedMessage, ParkedMessagesRepository } from '../../../parking/messages/parked-messages.repository.js';

export type ReplayOutcome =
  | { readonly kind: 'replayed' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly attempts: number }
  | Refusal;

/**
 * Runs the head of a sequence through the current handler, in the transaction that locks the sequence. Its effect and
 * `REPLAYED` commit together, so that it takes effect once, even with concurrent replays, retries and deliveries.
 * The message is not published again: only this group handles it. Its successors follow in order.
 */
@Injectable()
export class ReplayDeadLetter {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly messages: ParkedMessagesRepository,
    private readonly sequences: SequencesRepository,
    private readonly audit: AuditRepository,
    private readonly dispatcher: EventDispatcher,
    private readonly policy: FailurePolicy,
    private readonly recordFailure: RecordFailure,
    private readonly retrier: Retrier,
  ) {}

  async execute(id: string, actor: string | null, request?: KeyedRequest): Promise<ReplayOutcome> {
    const act = { act: 'REPLAY', actor, deadLetterId: id } as const;
    let tried: ParkedMessage | undefined;
    try {
      const outcome = await this.audited(act, request, (tx) => this.replay(tx, id, (head) => (tried = head)));
      if (outcome.kind === 'replayed') this.retrier.wake();
      return outcome;
    } catch (error) {
      if (!tried) throw error;
      return this.fail(tried, error, act);
    }
  }

  private audited(
    act: AuditedAct,
    request: KeyedRequest | undefined,
    work: (tx: Transaction) => Promise<ReplayOutcome>,
  ): Promise<ReplayOutcome> {
    return this.requests.once(request, 'replayed', async (tx) => {
      const outcome = await work(tx);
      if (outcome.kind !== 'unknown') await this.audit.add(tx, { ...act, ...conclusionOf(outcome) });
      return outcome;
    });
  }

  private async replay(tx: Transaction, id: string, onTry: (head: ParkedMessage) => void): Promise<ReplayOutcome> {
    const locked = await lockParked(tx, this.messages, this.sequences, id);
    if (locked.kind !== 'locked') return locked;
    const { head } = locked;
    if (head.id !== id) return { kind: 'behind', headId: head.id };
    onTry(head);
    await this.dispatcher.handleAgain(tx, [head.message]);
    await this.messages.markReplayed(tx, id);
    await this.sequences.schedule(tx, [head.sequence], 0); // the next message of it, or its removal
    logSettled(tx, head.message, 'is replayed', { deadLetterId: id });
    return { kind: 'replayed' };
  }

  /** Records the failed attempt. If the message was still retried and turns out to be bad input, it becomes a dead letter. */
  private async fail(tried: ParkedMessage, error: unknown, act: AuditedAct): Promise<ReplayOutcome> {
    const kind = await this.policy.kindOf(error);
    if (kind === 'unavailable') throw error;
    return this.audited(act, undefined, async (tx) => {
      const failure = await this.recordFailure.execute(tx, [tried], { error, kind, by: 'replay' });
      return { kind: 'failed', failure, attempts: tried.attempts + 1 };
    });
  }
}
