import { Inject, Injectable } from '@nestjs/common';
import { type Database, prepared, type Transaction } from '@orderflow/postgres';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';
import { nameOf, type Sequence } from './sequence.js';

const AMONG = 'consumer_group = $1 AND (topic, sequence) IN (SELECT * FROM unnest($2::text[], $3::bytea[]))';
const LOCK = prepared(
  `SELECT topic, sequence FROM parked_sequences WHERE ${AMONG} ORDER BY topic, sequence FOR UPDATE`,
);

/**
 * The sequences of one consumer group that have parked messages. Each is a row, which every transaction that touches the
 * sequence locks. Each method with a `tx` works in the caller's transaction.
 */
@Injectable()
export class SequencesRepository {
  constructor(@Inject(CONSUMER_GROUP) private readonly consumerGroup: string) {}

  /** Locks those of the sequences that have parked messages, and returns their names. */
  async lock(tx: Transaction, sequences: readonly Sequence[]): Promise<Set<string>> {
    const rows = await tx.query<{ topic: string; sequence: Buffer }>(LOCK, this.among(sequences));
    return new Set(rows.map(nameOf));
  }

  /** Locks the sequences whose heads have been due for longest, at most `most`; skips those that others have locked. */
  async lockDue(tx: Transaction, most: number): Promise<Sequence[]> {
    return tx.query<{ topic: string; sequence: Buffer }>(
      `SELECT topic, sequence FROM parked_sequences WHERE consumer_group = $1 AND next_attempt_at <= now()
       ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [this.consumerGroup, most],
    );
  }

  /** Whether the head of any sequence is due. */
  async isAnyDue(database: Database): Promise<boolean> {
    const due = await database.query(
      'SELECT FROM parked_sequences WHERE consumer_group = $1 AND next_attempt_at <= now() LIMIT 1',
      [this.consumerGroup],
    );
    return due.length > 0;
  }

  /** Opens sequences that are not open yet. A head that is not retried automatically waits for an operator. */
  async open(
    tx: Transaction,
    heads: readonly (Sequence & { readonly isRetried: boolean })[],
    firstRetryInMs: number,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO parked_sequences (consumer_group, topic, sequence, next_attempt_at)
       SELECT $1, topic, sequence, CASE WHEN is_retried THEN now() + $5 * interval '1 ms' END
       FROM unnest($2::text[], $3::bytea[], $4::bool[]) AS head(topic, sequence, is_retried)
       ON CONFLICT DO NOTHING`,
      [
        this.consumerGroup,
        heads.map(({ topic }) => topic),
        heads.map(({ sequence }) => sequence),
        heads.map(({ isRetried }) => isRetried),
        firstRetryInMs,
      ],
    );
  }

  /** Sets when the heads of locked sequences are tried next; null: only by an operator. */
  async schedule(tx: Transaction, sequences: readonly Sequence[], inMs: number | null): Promise<void> {
    await tx.query(
      `UPDATE parked_sequences SET next_attempt_at = clock_timestamp() + $4 * interval '1 ms' WHERE ${AMONG}`,
      [...this.among(sequences), inMs],
    );
  }

  /** Removes locked sequences that have no parked message any more. */
  async close(tx: Transaction, sequences: readonly Sequence[]): Promise<void> {
    await tx.query(`DELETE FROM parked_sequences WHERE ${AMONG}`, this.among(sequences));
  }

  private among(sequences: readonly Sequence[]): unknown[] {
    return [this.consumerGroup, sequences.map(({ topic }) => topic), sequences.map(({ sequence }) => sequence)];
  }
}
