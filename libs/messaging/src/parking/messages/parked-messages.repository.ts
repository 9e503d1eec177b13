import { Inject, Injectable } from '@nestjs/common';
import { type ConsumedMessage, type HeaderValue } from '../../envelope/message.js';
import { restoreHeaders, storeHeaders, type StoredHeaders } from '../../envelope/stored-headers.js';
import { type Database, packBytes, type Transaction } from '@orderflow/postgres';
import type { Failure } from '../failure-policy.js';
import { type Sequence, sequenceOf } from './sequence.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';

export const PARKED_STATUSES = ['RETRYING', 'OPEN', 'BLOCKED', 'REPLAYED', 'DISCARDED'] as const;
export type ParkedStatus = (typeof PARKED_STATUSES)[number];

/** A message to park: it failed, or it is behind a parked message of its key. */
export interface Entry {
  readonly message: ConsumedMessage;
  readonly eventType: string | undefined;
  readonly status: 'RETRYING' | 'OPEN' | 'BLOCKED';
  readonly failure: Failure | undefined;
  /** Whether it is a dead letter because it has no retry left. */
  readonly ranOut?: boolean;
}

/** A message that is or was parked, as Kafka delivered it. */
export interface ParkedMessage {
  readonly id: string;
  readonly sequence: Sequence;
  readonly status: ParkedStatus;
  readonly attempts: number;
  readonly message: ConsumedMessage;
  readonly eventType: string | null;
  readonly firstFailedAt: Date | null;
}

interface Row {
  id: string;
  sequence: Buffer;
  status: ParkedStatus;
  attempts: number;
  topic: string;
  partition: number;
  offset: string;
  timestamp_ms: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: StoredHeaders;
  event_type: string | null;
  first_failed_at: Date | null;
}

/** Who tried it: the consumer that it was delivered to, a retry, or an operator. */
export type AttemptedBy = 'delivery' | 'retry' | 'replay';

const PARKED = "status IN ('RETRYING', 'OPEN', 'BLOCKED')";
const COLUMNS =
  'id, sequence, status, attempts, topic, partition, "offset", timestamp_ms, key, value, headers, event_type, first_failed_at';

/** The parked messages of one consumer group. Each method with a `tx` works in the caller's transaction. */
@Injectable()
export class ParkedMessagesRepository {
  constructor(@Inject(CONSUMER_GROUP) private readonly consumerGroup: string) {}

  /** How many messages are parked, counted up to `most`. */
  async countParked(tx: Transaction, most: number): Promise<number> {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT FROM parked_messages WHERE consumer_group = $1 AND ${PARKED} LIMIT $2) counted`,
      [this.consumerGroup, most],
    );
    return row?.n ?? 0;
  }

  /** How many messages are parked, by status. */
  async countByStatus(database: Database): Promise<Record<string, number>> {
    const rows = await database.query<{ status: ParkedStatus; n: number }>(
      `SELECT status, count(*)::int AS n FROM parked_messages WHERE consumer_group = $1 AND ${PARKED} GROUP BY status`,
      [this.consumerGroup],
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  /** The number of messages by status, each counted up to `most`; includes settled ones until they are purged. */
  async countAll(database: Database, most: number): Promise<Record<ParkedStatus, number>> {
    const rows = await database.query<{ status: ParkedStatus; n: number }>(
      `SELECT status, (SELECT count(*)::int FROM (
         SELECT FROM parked_messages WHERE consumer_group = $1 AND status = s.status LIMIT $3) counted) AS n
       FROM unnest($2::text[]) AS s(status)`,
      [this.consumerGroup, PARKED_STATUSES, most],
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n])) as Record<ParkedStatus, number>;
  }

  /** Writes the entries in their order. Their sequences must be open. */
  async insert(tx: Transaction, entries: readonly Entry[]): Promise<void> {
    const values = packBytes(entries.map(({ message }) => message.value));
    await tx.query(
      `WITH inserted AS (
       INSERT INTO parked_messages (consumer_group, topic, sequence, partition, "offset", timestamp_ms, key, value, headers,
         event_type, status, attempts, error_code, error_message, error_stack, first_failed_at, last_failed_at, ran_out_at)
       SELECT $1, topic, sequence, partition, "offset", timestamp_ms, key, substr($8::bytea, value_start, value_length), headers,
         event_type, status, CASE WHEN error_code IS NULL THEN 0 ELSE 1 END, error_code, error_message, error_stack,
         CASE WHEN error_code IS NOT NULL THEN now() END, CASE WHEN error_code IS NOT NULL THEN now() END,
         CASE WHEN ran_out THEN clock_timestamp() END
       FROM unnest($2::text[], $3::bytea[], $4::int[], $5::bigint[], $6::bigint[], $7::bytea[], $9::int[], $10::int[],
                   $11::jsonb[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::bool[]) WITH ORDINALITY
         AS entry(topic, sequence, partition, "offset", timestamp_ms, key, value_start, value_length, headers, event_type,
                  status, error_code, error_message, error_stack, ran_out, n)
       ORDER BY n
       RETURNING id, error_code, error_message)
       INSERT INTO parked_attempts (message_id, made_by, error_code, error_message)
       SELECT id, 'delivery', error_code, error_message FROM inserted WHERE error_code IS NOT NULL`,
      [
        this.consumerGroup,
        entries.map(({ message }) => message.topic),
        entries.map(({ message }) => sequenceOf(message).sequence),
        entries.map(({ message }) => message.partition),
        entries.map(({ message }) => message.offset),
        entries.map(({ message }) => message.timestamp),
        entries.map(({ message }) => message.key),
        values.bytes,
        values.starts,
        values.lengths,
        entries.map(({ message }) => JSON.stringify(storeHeaders(message.headers as Record<string, HeaderValue>))),
        entries.map(({ eventType }) => eventType ?? null),
        entries.map(({ status }) => status),
        entries.map(({ failure }) => failure?.code ?? null),
        entries.map(({ failure }) => failure?.message ?? null),
        entries.map(({ failure }) => failure?.stack ?? null),
        entries.map(({ ranOut }) => ranOut ?? false),
      ],
    );
  }

  /** The first parked message of a locked sequence. */
  async head(tx: Transaction, sequence: Sequence): Promise<ParkedMessage | undefined> {
    const [head] = await this.heads(tx, [sequence]);
    return head;
  }

  /** The first parked message of each of these locked sequences that has one. */
  async heads(tx: Transaction, sequences: readonly Sequence[]): Promise<ParkedMessage[]> {
    const rows = await tx.query<Row>(
      `SELECT head.* FROM unnest($2::text[], $3::bytea[]) AS locked(topic, sequence), LATERAL (
         SELECT ${COLUMNS} FROM parked_messages m
         WHERE consumer_group = $1 AND m.topic = locked.topic AND m.sequence = locked.sequence AND ${PARKED}
         ORDER BY position LIMIT 1) head`,
      [this.consumerGroup, sequences.map(({ topic }) => topic), sequences.map(({ sequence }) => sequence)],
    );
    return rows.map(toMessage);
  }

  /** Deletes messages that a retry handled before they became dead letters. */
  async delete(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM parked_messages WHERE id = ANY($1::uuid[])', [ids]);
  }

  /** Any message, settled or not. */
  async find(tx: Transaction, id: string): Promise<ParkedMessage | undefined> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM parked_messages WHERE consumer_group = $1 AND id = $2`, [
      this.consumerGroup,
      id,
    ]);
    return row && toMessage(row);
  }

  /** Records that a message was handled by an operator's replay. */
  async markReplayed(tx: Transaction, id: string): Promise<void> {
    await tx.query(
      `UPDATE parked_messages SET status = 'REPLAYED', settled_at = now(), attempts = attempts + 1 WHERE id = $1`,
      [id],
    );
    await tx.query(`INSERT INTO parked_attempts (message_id, made_by) VALUES ($1, 'replay')`, [id]);
  }

  /** Settles a message without its effect. */
  async discard(tx: Transaction, id: string): Promise<void> {
    await tx.query(`UPDATE parked_messages SET status = 'DISCARDED', settled_at = now() WHERE id = $1`, [id]);
  }

  /** Records one more failure of a head. */
  async fail(
    tx: Transaction,
    {
      id,
      status,
      by,
      failure,
      ranOut,
    }: { id: string; status: 'RETRYING' | 'OPEN'; by: AttemptedBy; failure: Failure; ranOut: boolean },
  ): Promise<void> {
    const { code, message, stack } = failure;
    await tx.query(
      `INSERT INTO parked_attempts (message_id, made_by, error_code, error_message) VALUES ($1, $2, $3, $4)`,
      [id, by, code, message],
    );
    await tx.query(
      `UPDATE parked_messages SET status = $2, attempts = attempts + 1, error_code = $3, error_message = $4, error_stack = $5,
         first_failed_at = coalesce(first_failed_at, clock_timestamp()), last_failed_at = clock_timestamp(),
         ran_out_at = CASE WHEN $6 THEN clock_timestamp() ELSE ran_out_at END
       WHERE id = $1`,
      [id, status, code, message, stack, ranOut],
    );
  }

  /** Records why a head cannot be handled now, though it is no failure of its own. */
  async postpone(tx: Transaction, id: string, { code, message, stack }: Failure): Promise<void> {
    await tx.query(
      `UPDATE parked_messages SET error_code = $2, error_message = $3, error_stack = $4,
         status = CASE status WHEN 'BLOCKED' THEN 'RETRYING' ELSE status END,
         first_failed_at = coalesce(first_failed_at, clock_timestamp()), last_failed_at = clock_timestamp()
       WHERE id = $1`,
      [id, code, message, stack],
    );
  }
}

function toMessage(row: Row): ParkedMessage {
  const { id, status, attempts, topic, partition, offset, key, value } = row;
  const headers = restoreHeaders(row.headers) as ConsumedMessage['headers'];
  const message = { topic, partition, offset, timestamp: row.timestamp_ms, key, value, headers };
  const sequence = { topic, sequence: row.sequence };
  return { id, sequence, status, attempts, message, eventType: row.event_type, firstFailedAt: row.first_failed_at };
}
