import { Inject, Injectable } from '@nestjs/common';
import { type ConsumedMessage, type HeaderValue } from '../envelope/message.js';
import { restoreHeaders, storeHeaders, type StoredHeaders } from '../envelope/stored-headers.js';
import { type Database, packBytes, type Transaction } from '@orderflow/postgres';
import type { Failure } from './failure-policy.js';
import { nameOf, type Queue, queueOf } from './queue.js';
import { CONSUMER_GROUP } from '../kafka/consumer-group.js';

export const SET_ASIDE_STATUSES = ['RETRYING', 'OPEN', 'BLOCKED', 'REPLAYED', 'DISCARDED'] as const;
export type SetAsideStatus = (typeof SET_ASIDE_STATUSES)[number];

/** A message to be set aside: it failed, or it is behind one that did. */
export interface Entry {
  readonly message: ConsumedMessage;
  readonly eventType: string | undefined;
  readonly status: 'RETRYING' | 'OPEN' | 'BLOCKED';
  readonly failure: Failure | undefined;
  /** Whether it is given up though it is no bad input: it had no retry left. */
  readonly ranOut?: boolean;
}

/** A message that is or was set aside, as Kafka delivered it. */
export interface SetAsideMessage {
  readonly id: string;
  readonly queue: Queue;
  readonly status: SetAsideStatus;
  readonly attempts: number;
  readonly message: ConsumedMessage;
  readonly eventType: string | null;
  readonly firstFailedAt: Date | null;
}

interface Row {
  id: string;
  queue: Buffer;
  status: SetAsideStatus;
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

const WAITING = "status IN ('RETRYING', 'OPEN', 'BLOCKED')";
const COLUMNS =
  'id, queue, status, attempts, topic, partition, "offset", timestamp_ms, key, value, headers, event_type, first_failed_at';

/** The set-aside messages of one consumer group. Every method works in the caller's transaction. */
@Injectable()
export class SetAsideRepository {
  constructor(@Inject(CONSUMER_GROUP) private readonly consumerGroup: string) {}

  /** Locks those of the queues in which something waits, and answers with their names. */
  async lockQueues(tx: Transaction, queues: readonly Queue[]): Promise<Set<string>> {
    const rows = await tx.query<{ topic: string; queue: Buffer }>(
      `SELECT topic, queue FROM set_aside_queues
       WHERE consumer_group = $1 AND (topic, queue) IN (SELECT * FROM unnest($2::text[], $3::bytea[]))
       ORDER BY topic, queue FOR UPDATE`,
      [this.consumerGroup, queues.map(({ topic }) => topic), queues.map(({ queue }) => queue)],
    );
    return new Set(rows.map(nameOf));
  }

  /** Locks the queue whose head has been due for longest and that nobody else has in hand. */
  async lockDueQueue(tx: Transaction): Promise<Queue | undefined> {
    const [row] = await tx.query<{ topic: string; queue: Buffer }>(
      `SELECT topic, queue FROM set_aside_queues WHERE consumer_group = $1 AND next_attempt_at <= now()
       ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [this.consumerGroup],
    );
    return row;
  }

  /** Whether the head of any queue is due. */
  async isAnyDue(database: Database): Promise<boolean> {
    const due = await database.query(
      'SELECT FROM set_aside_queues WHERE consumer_group = $1 AND next_attempt_at <= now() LIMIT 1',
      [this.consumerGroup],
    );
    return due.length > 0;
  }

  /** How many messages wait, counted up to `most`. */
  async countWaiting(tx: Transaction, most: number): Promise<number> {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT FROM set_aside_messages WHERE consumer_group = $1 AND ${WAITING} LIMIT $2) waiting`,
      [this.consumerGroup, most],
    );
    return row?.n ?? 0;
  }

  /** How many messages wait, by status. */
  async countByStatus(database: Database): Promise<Record<string, number>> {
    const rows = await database.query<{ status: SetAsideStatus; n: number }>(
      `SELECT status, count(*)::int AS n FROM set_aside_messages WHERE consumer_group = $1 AND ${WAITING} GROUP BY status`,
      [this.consumerGroup],
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  /** How many messages there are of each status, those kept after their end included, each counted up to `most`. */
  async countAll(database: Database, most: number): Promise<Record<SetAsideStatus, number>> {
    const rows = await database.query<{ status: SetAsideStatus; n: number }>(
      `SELECT status, (SELECT count(*)::int FROM (
         SELECT FROM set_aside_messages WHERE consumer_group = $1 AND status = s.status LIMIT $3) counted) AS n
       FROM unnest($2::text[]) AS s(status)`,
      [this.consumerGroup, SET_ASIDE_STATUSES, most],
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n])) as Record<SetAsideStatus, number>;
  }

  /** Opens the queues that entries begin, and writes the entries in their order. */
  async insert(tx: Transaction, entries: readonly Entry[], firstAttemptInMs: number): Promise<void> {
    const heads = entries.filter(({ status }) => status !== 'BLOCKED');
    await tx.query(
      `INSERT INTO set_aside_queues (consumer_group, topic, queue, next_attempt_at)
       SELECT $1, topic, queue, CASE WHEN retrying THEN now() + $5 * interval '1 ms' END
       FROM unnest($2::text[], $3::bytea[], $4::bool[]) AS head(topic, queue, retrying)
       ON CONFLICT DO NOTHING`,
      [
        this.consumerGroup,
        heads.map(({ message }) => message.topic),
        heads.map(({ message }) => queueOf(message).queue),
        heads.map(({ status }) => status === 'RETRYING'),
        firstAttemptInMs,
      ],
    );
    const values = packBytes(entries.map(({ message }) => message.value));
    await tx.query(
      `WITH inserted AS (
       INSERT INTO set_aside_messages (consumer_group, topic, queue, partition, "offset", timestamp_ms, key, value, headers,
         event_type, status, attempts, error_code, error_message, error_stack, first_failed_at, last_failed_at, ran_out_at)
       SELECT $1, topic, queue, partition, "offset", timestamp_ms, key, substr($8::bytea, value_start, value_length), headers,
         event_type, status, CASE WHEN error_code IS NULL THEN 0 ELSE 1 END, error_code, error_message, error_stack,
         CASE WHEN error_code IS NOT NULL THEN now() END, CASE WHEN error_code IS NOT NULL THEN now() END,
         CASE WHEN ran_out THEN clock_timestamp() END
       FROM unnest($2::text[], $3::bytea[], $4::int[], $5::bigint[], $6::bigint[], $7::bytea[], $9::int[], $10::int[],
                   $11::jsonb[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::bool[]) WITH ORDINALITY
         AS entry(topic, queue, partition, "offset", timestamp_ms, key, value_start, value_length, headers, event_type,
                  status, error_code, error_message, error_stack, ran_out, n)
       ORDER BY n
       RETURNING id, error_code, error_message)
       INSERT INTO set_aside_attempts (message_id, made_by, error_code, error_message)
       SELECT id, 'delivery', error_code, error_message FROM inserted WHERE error_code IS NOT NULL`,
      [
        this.consumerGroup,
        entries.map(({ message }) => message.topic),
        entries.map(({ message }) => queueOf(message).queue),
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

  /** What waits first in a locked queue. */
  async head(tx: Transaction, { topic, queue }: Queue): Promise<SetAsideMessage | undefined> {
    const [row] = await tx.query<Row>(
      `SELECT ${COLUMNS} FROM set_aside_messages
       WHERE consumer_group = $1 AND topic = $2 AND queue = $3 AND ${WAITING} ORDER BY position LIMIT 1`,
      [this.consumerGroup, topic, queue],
    );
    return row && toMessage(row);
  }

  /** Forgets a message that was handled by itself; it never was a dead letter. */
  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.query('DELETE FROM set_aside_messages WHERE id = $1', [id]);
  }

  /** Any message, whatever became of it. */
  async find(tx: Transaction, id: string): Promise<SetAsideMessage | undefined> {
    const [row] = await tx.query<Row>(
      `SELECT ${COLUMNS} FROM set_aside_messages WHERE consumer_group = $1 AND id = $2`,
      [this.consumerGroup, id],
    );
    return row && toMessage(row);
  }

  /** Notes that an operator's attempt, or what released the message after it, has worked. */
  async replayed(tx: Transaction, id: string, by: AttemptedBy): Promise<void> {
    await tx.query(
      `UPDATE set_aside_messages SET status = 'REPLAYED', settled_at = now(), attempts = attempts + 1 WHERE id = $1`,
      [id],
    );
    await tx.query('INSERT INTO set_aside_attempts (message_id, made_by) VALUES ($1, $2)', [id, by]);
  }

  /** Ends the waiting of a message without its effect. */
  async discard(tx: Transaction, id: string): Promise<void> {
    await tx.query(`UPDATE set_aside_messages SET status = 'DISCARDED', settled_at = now() WHERE id = $1`, [id]);
  }

  /** Notes one more failure of a head. */
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
      `INSERT INTO set_aside_attempts (message_id, made_by, error_code, error_message) VALUES ($1, $2, $3, $4)`,
      [id, by, code, message],
    );
    await tx.query(
      `UPDATE set_aside_messages SET status = $2, attempts = attempts + 1, error_code = $3, error_message = $4, error_stack = $5,
         first_failed_at = coalesce(first_failed_at, clock_timestamp()), last_failed_at = clock_timestamp(),
         ran_out_at = CASE WHEN $6 THEN clock_timestamp() ELSE ran_out_at END
       WHERE id = $1`,
      [id, status, code, message, stack, ranOut],
    );
  }

  /** Notes why a head cannot be handled now, though it is no failure of its own. */
  async postpone(tx: Transaction, id: string, { code, message, stack }: Failure): Promise<void> {
    await tx.query(
      `UPDATE set_aside_messages SET error_code = $2, error_message = $3, error_stack = $4,
         status = CASE status WHEN 'BLOCKED' THEN 'RETRYING' ELSE status END,
         first_failed_at = coalesce(first_failed_at, clock_timestamp()), last_failed_at = clock_timestamp()
       WHERE id = $1`,
      [id, code, message, stack],
    );
  }

  /** When the head of a locked queue is tried next; null: not before an operator says so. */
  async schedule(tx: Transaction, { topic, queue }: Queue, inMs: number | null): Promise<void> {
    await tx.query(
      `UPDATE set_aside_queues SET next_attempt_at = clock_timestamp() + $4 * interval '1 ms'
       WHERE consumer_group = $1 AND topic = $2 AND queue = $3`,
      [this.consumerGroup, topic, queue, inMs],
    );
  }

  /** Ends a locked queue in which nothing waits any more. */
  async close(tx: Transaction, { topic, queue }: Queue): Promise<void> {
    await tx.query('DELETE FROM set_aside_queues WHERE consumer_group = $1 AND topic = $2 AND queue = $3', [
      this.consumerGroup,
      topic,
      queue,
    ]);
  }
}

function toMessage(row: Row): SetAsideMessage {
  const { id, status, attempts, topic, partition, offset, key, value } = row;
  const headers = restoreHeaders(row.headers) as ConsumedMessage['headers'];
  const message = { topic, partition, offset, timestamp: row.timestamp_ms, key, value, headers };
  const queue = { topic, queue: row.queue };
  return { id, queue, status, attempts, message, eventType: row.event_type, firstFailedAt: row.first_failed_at };
}
