import { Inject, Injectable } from '@nestjs/common';
import { type Database, pageOfIndex, type Transaction } from '@orderflow/postgres';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';

export type Act = 'REPLAY' | 'DISCARD' | 'DRY_RUN' | 'REPLAY_ALL' | 'DISCARD_REJECTED' | 'RETRY_REJECTED';
export type ActOutcome = 'STARTED' | 'DONE' | 'FAILED' | 'REFUSED';

/** What an operator does. */
export interface AuditedAct {
  readonly act: Act;
  /** The subject of the operator's token; null if callers are not authenticated. */
  readonly actor: string | null;
  /** Null if the act concerns several messages, or an outgoing event. */
  readonly deadLetterId: string | null;
}

/** The same, and what became of it. */
export interface AuditEntry extends AuditedAct {
  readonly outcome: ActOutcome;
  /** The operator's reason, or why the act failed or was refused. */
  readonly reason: string | null;
  readonly details?: object | null;
}

export interface AuditRecord extends Required<AuditEntry> {
  readonly id: string;
  readonly at: Date;
}

type Queries = Pick<Database, 'query'> | Transaction;
const COLUMNS = 'id, at, act, actor, message_id AS "deadLetterId", outcome, reason, details';

/** The acts of operators on one consumer group's parked messages and on its service's rejected events. */
@Injectable()
export class AuditRepository {
  constructor(@Inject(CONSUMER_GROUP) private readonly consumerGroup: string) {}

  /** @returns the entry's id */
  async add(to: Queries, { act, actor, deadLetterId, outcome, reason, details }: AuditEntry): Promise<string> {
    const [row] = await to.query<{ id: string }>(
      `INSERT INTO dead_letter_audit (consumer_group, act, actor, message_id, outcome, reason, details)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [this.consumerGroup, act, actor, deadLetterId, outcome, reason, details ? JSON.stringify(details) : null],
    );
    return (row as { id: string }).id;
  }

  /** Records the outcome of an act that was STARTED. */
  async conclude(to: Queries, id: string, { outcome, reason, details }: Omit<AuditEntry, keyof AuditedAct>) {
    await to.query('UPDATE dead_letter_audit SET outcome = $2, reason = $3, details = $4 WHERE id = $1', [
      id,
      outcome,
      reason,
      JSON.stringify(details ?? null),
    ]);
  }

  /** Newest first. @param before the id of the last entry of the page before */
  list(from: Queries, { before, limit }: { before: string | null; limit: number }): Promise<AuditRecord[]> {
    const { sql, parameters } = pageOfIndex({
      table: 'dead_letter_audit',
      select: COLUMNS,
      leading: { consumer_group: [this.consumerGroup] },
      key: 'id',
      keyType: 'uuid',
      order: 'DESC',
      below: before,
      limit,
    });
    return from.query<AuditRecord>(sql, parameters);
  }

  /** The acts on one dead letter, oldest first. */
  of(from: Queries, deadLetterId: string): Promise<AuditRecord[]> {
    return from.query<AuditRecord>(`SELECT ${COLUMNS} FROM dead_letter_audit WHERE message_id = $1 ORDER BY id`, [
      deadLetterId,
    ]);
  }
}
