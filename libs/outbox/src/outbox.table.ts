import type { OutgoingMessage } from '@orderflow/kafka';
import type { Database, Transaction } from '@orderflow/postgres';
import { restoreHeaders, storeHeaders, type StoredHeaders } from './stored-headers.js';

export interface OutboxRow extends OutgoingMessage {
  /** A bigint as text: the row's identity, rising within a key. */
  readonly position: string;
}

export interface WrittenRow extends OutboxRow {
  /** Whether only the relay may publish it. */
  readonly isRelays: boolean;
}

/** Notified with the commit of a row that only the relay may publish. */
export const RELAY_CHANNEL = 'outbox';

/** How long a row is left to the replica that wrote it, which publishes it from memory. */
const DIRECT_PUBLISHING = '2 seconds';

/**
 * Writes messages in their order. Those behind an unpublished one of their topic and key are the relay's, and all of
 * them where the writer will not publish: then the relay is notified, and only then, since commits that notify wait for
 * each other. The check sees every committed predecessor: the caller holds the key's lock.
 */
export async function insertMessages(
  tx: Transaction,
  messages: readonly OutgoingMessage[],
  { writerPublishes }: { readonly writerPublishes: boolean },
): Promise<WrittenRow[]> {
  const written = await tx.query<{ position: string; is_relays: boolean }>(
    `WITH message AS (
       SELECT m.*, NOT $5 OR EXISTS (SELECT FROM outbox p WHERE p.topic = m.topic AND md5(p.key) = md5(m.key)) AS is_relays
       FROM unnest($1::text[], $2::bytea[], $3::jsonb[], $4::bytea[]) WITH ORDINALITY AS m(topic, key, headers, value, n)
     ), inserted AS (
       INSERT INTO outbox (topic, key, headers, value, relay_after)
       SELECT topic, key, headers, value, CASE WHEN is_relays THEN now() ELSE now() + interval '${DIRECT_PUBLISHING}' END
       FROM message ORDER BY n
       RETURNING position
     )
     SELECT i.position, m.is_relays, CASE WHEN m.is_relays THEN pg_notify('${RELAY_CHANNEL}', '') END
     FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM inserted) i JOIN message m USING (n)
     ORDER BY n`,
    [
      messages.map(({ topic }) => topic),
      messages.map(({ key }) => bytesOf(key)),
      messages.map(({ headers }) => JSON.stringify(storeHeaders(headers))),
      messages.map(({ value }) => bytesOf(value)),
      writerPublishes,
    ],
  );
  return messages.map((message, n) => {
    const { position, is_relays } = written[n] as (typeof written)[number];
    return { ...message, position, isRelays: is_relays };
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

/** Whether a row that is the relay's waits for an earlier one of its key that its writer is about to publish. */
export async function someWaitForTheirWriter(database: Database): Promise<boolean> {
  const rows = await database.query(
    `SELECT FROM outbox o
     WHERE refusal IS NULL AND relay_after <= now()
       AND EXISTS (SELECT FROM outbox p
                   WHERE p.topic = o.topic AND md5(p.key) = md5(o.key) AND p.position < o.position
                     AND p.relay_after > now())
     LIMIT 1`,
  );
  return rows.length > 0;
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
