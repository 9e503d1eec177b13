import type { OutgoingMessage } from '@orderflow/kafka';
import type { Database, Transaction } from '@orderflow/postgres';
import { restoreHeaders, storeHeaders, type StoredHeaders } from './stored-headers.js';

export interface OutboxRow extends OutgoingMessage {
  /** A bigint as text: the row's identity, rising within a key. */
  readonly position: string;
}

export interface WrittenRow extends OutboxRow {
  /** Whether an earlier message of its topic and key was still unpublished: then only the relay may publish it. */
  readonly hasPredecessor: boolean;
}

/** How long a row is left to the replica that wrote it, which publishes it from memory. */
const DIRECT_PUBLISHING = '2 seconds';

/** Writes messages in their order. The predecessor check sees every committed one: the caller holds the key's lock. */
export async function insertMessages(tx: Transaction, messages: readonly OutgoingMessage[]): Promise<WrittenRow[]> {
  const written = await tx.query<{ position: string; has_predecessor: boolean }>(
    `WITH message AS (
       SELECT m.*, EXISTS (SELECT FROM outbox p WHERE p.topic = m.topic AND md5(p.key) = md5(m.key)) AS has_predecessor
       FROM unnest($1::text[], $2::bytea[], $3::jsonb[], $4::bytea[]) WITH ORDINALITY AS m(topic, key, headers, value, n)
     ), inserted AS (
       INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT topic, key, headers, value, CASE WHEN has_predecessor THEN now() ELSE now() + interval '${DIRECT_PUBLISHING}' END
       FROM message ORDER BY n
       RETURNING position
     )
     SELECT i.position, m.has_predecessor
     FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM inserted) i JOIN message m USING (n)
     ORDER BY n`,
    [
      messages.map(({ topic }) => topic),
      messages.map(({ key }) => bytesOf(key)),
      messages.map(({ headers }) => JSON.stringify(storeHeaders(headers))),
      messages.map(({ value }) => bytesOf(value)),
    ],
  );
  return messages.map((message, n) => {
    const { position, has_predecessor } = written[n] as (typeof written)[number];
    return { ...message, position, hasPredecessor: has_predecessor };
  });
}

/** What nobody has published from memory in time, oldest first; never a row before an earlier one of its key. */
export async function selectLeftBehind(database: Database, limit: number): Promise<OutboxRow[]> {
  const rows = await database.query<StoredRow>(
    `SELECT position, topic, key, headers, value FROM outbox o
     WHERE relay_after <= now() AND refusal IS NULL
       AND NOT EXISTS (SELECT FROM outbox p
                       WHERE p.topic = o.topic AND md5(p.key) = md5(o.key) AND p.position < o.position
                         AND (p.relay_after > now() OR p.refusal IS NOT NULL))
     ORDER BY position LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({ ...row, headers: restoreHeaders(row.headers) }));
}

/** Forgets what Kafka has. */
export async function deletePublished(database: Database, rows: readonly OutboxRow[]): Promise<void> {
  await database.query('DELETE FROM outbox WHERE position = ANY($1::bigint[])', [rows.map(({ position }) => position)]);
}

/** Marks a row that the broker does not take: from then on it holds its key back, and only its key. */
export async function markRefused(database: Database, { position }: OutboxRow, refusal: string): Promise<void> {
  await database.query('UPDATE outbox SET refusal = $2 WHERE position = $1', [position, refusal]);
}

interface StoredRow {
  position: string;
  topic: string;
  key: Buffer | null;
  headers: StoredHeaders;
  value: Buffer | null;
}

function bytesOf(content: Buffer | string | null): Buffer | null {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}
