import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { AuditRepository } from './audit.repository.js';
import { describeFailure, type Failure, FailurePolicy } from '../parking/failure-policy.js';
import { Handlers } from '../consume/handlers.js';
import { lockSetAside, type Refusal } from './lock-set-aside.js';
import { refusalText } from './refusal-text.js';
import { SetAsideRepository } from '../parking/set-aside.repository.js';
import {
  changesIn,
  changesSince,
  type TableChange,
  type WrittenMessage,
  writtenMessages,
} from './transaction-trace.js';

export type RehearsalOutcome =
  | { readonly kind: 'works'; readonly writes: readonly TableChange[]; readonly publishes: readonly WrittenMessage[] }
  | { readonly kind: 'fails'; readonly failure: Failure }
  | Exclude<Refusal, { kind: 'behind' }>;

/** Carries an outcome out of a transaction that must not commit. */
class RolledBack extends Error {
  constructor(readonly outcome: RehearsalOutcome) {
    super('a rehearsal is rolled back');
  }
}

/**
 * Says what a replay would do: runs a waiting message, head or not, through today's handler in a transaction that is
 * always rolled back. Nothing remains but the row in the audit, and the numbers that sequences gave away.
 */
@Injectable()
export class RehearseDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly audit: AuditRepository,
    private readonly handlers: Handlers,
    private readonly policy: FailurePolicy,
  ) {}

  async execute(id: string): Promise<RehearsalOutcome> {
    const outcome = await this.rolledBack((tx) => this.rehearse(tx, id));
    if (outcome.kind !== 'unknown') {
      await this.audit.add(this.database, { act: 'REHEARSE', deadLetterId: id, ...told(outcome) });
    }
    return outcome;
  }

  private async rolledBack(work: (tx: Transaction) => Promise<RehearsalOutcome>): Promise<RehearsalOutcome> {
    try {
      return await this.database.transaction(async (tx) => {
        throw new RolledBack(await work(tx));
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome;
      throw error;
    }
  }

  private async rehearse(tx: Transaction, id: string): Promise<RehearsalOutcome> {
    const locked = await lockSetAside(tx, this.repository, id);
    if (locked.kind !== 'locked') return locked;
    const before = await changesIn(tx);
    try {
      await tx.attempt(async () => {
        await this.handlers.handle(tx, locked.message.message);
        await tx.query('SET CONSTRAINTS ALL IMMEDIATE'); // what a commit would check
      });
    } catch (error) {
      if ((await this.policy.kindOf(error)) === 'surroundings') throw error;
      return { kind: 'fails', failure: describeFailure(error) };
    }
    const writes = changesSince(before, await changesIn(tx));
    return { kind: 'works', writes, publishes: await writtenMessages(tx) };
  }
}

function told(outcome: RehearsalOutcome) {
  switch (outcome.kind) {
    case 'works':
      return { outcome: 'DONE', reason: null } as const;
    case 'fails':
      return { outcome: 'FAILED', reason: `${outcome.failure.code}: ${outcome.failure.message}` } as const;
    default:
      return { outcome: 'REFUSED', reason: refusalText(outcome) } as const;
  }
}
