import { Injectable } from '@nestjs/common';
import { SequencesRepository } from '../../../parking/messages/sequences.repository.js';
import { Database, type Transaction } from '@orderflow/postgres';
import { AuditRepository } from '../../audit/audit.repository.js';
import { describeFailure, type Failure, FailurePolicy } from '../../../parking/failure-policy.js';
import { EventDispatcher } from '../../../consume/dispatch/event-dispatcher.js';
import { lockParked, type Refusal } from '../lock-parked.js';
import { conclusionOf } from '../audit-conclusion.js';
import { ParkedMessagesRepository } from '../../../parking/messages/parked-messages.repository.js';
import {
  changesIn,
  changesSince,
  type TableChange,
  type WrittenMessage,
  writtenMessages,
} from './transaction-trace.js';

export type DryRunOutcome =
  | { readonly kind: 'works'; readonly writes: readonly TableChange[]; readonly publishes: readonly WrittenMessage[] }
  | { readonly kind: 'fails'; readonly failure: Failure }
  | Exclude<Refusal, { kind: 'behind' }>;

/** Carries an outcome out of a transaction that must not commit. */
class RolledBack extends Error {
  constructor(readonly outcome: DryRunOutcome) {
    super('a dry run is rolled back');
  }
}

/**
 * Shows what a replay would do: runs a parked message, head or not, through the current handler in a transaction that is
 * always rolled back. Only the audit entry remains, and gaps in Postgres' sequences.
 */
@Injectable()
export class DryRunDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly messages: ParkedMessagesRepository,
    private readonly sequences: SequencesRepository,
    private readonly audit: AuditRepository,
    private readonly dispatcher: EventDispatcher,
    private readonly policy: FailurePolicy,
  ) {}

  async execute(id: string, actor: string | null): Promise<DryRunOutcome> {
    const outcome = await this.rolledBack((tx) => this.dryRun(tx, id));
    if (outcome.kind !== 'unknown') {
      await this.audit.add(this.database, { act: 'DRY_RUN', actor, deadLetterId: id, ...conclusionOf(outcome) });
    }
    return outcome;
  }

  private async rolledBack(work: (tx: Transaction) => Promise<DryRunOutcome>): Promise<DryRunOutcome> {
    try {
      return await this.database.transaction(async (tx) => {
        throw new RolledBack(await work(tx));
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome;
      throw error;
    }
  }

  private async dryRun(tx: Transaction, id: string): Promise<DryRunOutcome> {
    const locked = await lockParked(tx, this.messages, this.sequences, id);
    if (locked.kind !== 'locked') return locked;
    const before = await changesIn(tx);
    try {
      await tx.attempt(async () => {
        await this.dispatcher.handleAgain(tx, [locked.message.message]);
        await tx.query('SET CONSTRAINTS ALL IMMEDIATE'); // what a commit would check
      });
    } catch (error) {
      if ((await this.policy.kindOf(error)) === 'unavailable') throw error;
      return { kind: 'fails', failure: describeFailure(error) };
    }
    const writes = changesSince(before, await changesIn(tx));
    return { kind: 'works', writes, publishes: await writtenMessages(tx) };
  }
}
