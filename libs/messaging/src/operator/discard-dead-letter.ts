import { Injectable } from '@nestjs/common';
import { Database } from '@orderflow/postgres';
import { AuditRepository } from './audit.repository.js';
import { lockSetAside, type Refusal } from './lock-set-aside.js';
import { refusalText } from './refusal-text.js';
import { Retrier } from '../consume/retrier.js';
import { sayWhatBecame } from '../parking/say-what-became.js';
import { SetAsideRepository } from '../parking/set-aside.repository.js';

export type DiscardOutcome = { readonly kind: 'discarded' } | Refusal;

/** Ends the waiting of a message without its effect, for good. Where it was the head of its queue, the next follows. */
@Injectable()
export class DiscardDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly audit: AuditRepository,
    private readonly retrier: Retrier,
  ) {}

  async execute(id: string, reason: string): Promise<DiscardOutcome> {
    const outcome = await this.database.transaction(async (tx): Promise<DiscardOutcome> => {
      const act = { act: 'DISCARD', deadLetterId: id } as const;
      const locked = await lockSetAside(tx, this.repository, id);
      if (locked.kind === 'unknown') return locked;
      if (locked.kind !== 'locked') {
        await this.audit.add(tx, { ...act, outcome: 'REFUSED', reason: refusalText(locked), details: { reason } });
        return locked;
      }
      await this.repository.discard(tx, id);
      if (locked.head.id === id) await this.repository.schedule(tx, locked.message.queue, 0);
      await this.audit.add(tx, { ...act, outcome: 'DONE', reason });
      sayWhatBecame(tx, locked.message.message, `is discarded: ${reason}`, { deadLetterId: id });
      return { kind: 'discarded' };
    });
    if (outcome.kind === 'discarded') this.retrier.wake();
    return outcome;
  }
}
