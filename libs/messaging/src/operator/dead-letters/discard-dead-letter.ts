import { Injectable } from '@nestjs/common';
import { SequencesRepository } from '../../parking/messages/sequences.repository.js';
import { IdempotentRequests, type KeyedRequest } from '@orderflow/idempotency';
import { AuditRepository } from '../audit/audit.repository.js';
import { lockParked, type Refusal } from './lock-parked.js';
import { refusalText } from './refusal-text.js';
import { Retrier } from '../../consume/retries/retrier.js';
import { logSettled } from '../../parking/log-settled.js';
import { ParkedMessagesRepository } from '../../parking/messages/parked-messages.repository.js';

export type DiscardOutcome = { readonly kind: 'discarded' } | Refusal;

/** Discards a parked message for good, without its effect. If it was the head of its sequence, the next one is tried. */
@Injectable()
export class DiscardDeadLetter {
  constructor(
    private readonly requests: IdempotentRequests,
    private readonly messages: ParkedMessagesRepository,
    private readonly sequences: SequencesRepository,
    private readonly audit: AuditRepository,
    private readonly retrier: Retrier,
  ) {}

  async execute(
    id: string,
    { reason, actor }: { readonly reason: string; readonly actor: string | null },
    request?: KeyedRequest,
  ): Promise<DiscardOutcome> {
    const outcome = await this.requests.once(request, 'discarded', async (tx): Promise<DiscardOutcome> => {
      const act = { act: 'DISCARD', actor, deadLetterId: id } as const;
      const locked = await lockParked(tx, this.messages, this.sequences, id);
      if (locked.kind === 'unknown') return locked;
      if (locked.kind !== 'locked') {
        await this.audit.add(tx, { ...act, outcome: 'REFUSED', reason: refusalText(locked), details: { reason } });
        return locked;
      }
      await this.messages.discard(tx, id);
      if (locked.head.id === id) await this.sequences.schedule(tx, [locked.message.sequence], 0);
      await this.audit.add(tx, { ...act, outcome: 'DONE', reason });
      logSettled(tx, locked.message.message, `is discarded: ${reason}`, { deadLetterId: id });
      return { kind: 'discarded' };
    });
    if (outcome.kind === 'discarded') this.retrier.wake();
    return outcome;
  }
}
