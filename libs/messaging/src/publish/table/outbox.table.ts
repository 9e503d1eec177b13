import type { OutgoingMessage } from '../../envelope/message.js';
import { type Database, packBytes, prepared, type Transaction } from '@orderflow/postgres';
import { restoreHeaders, storeHeaders, type StoredHeaders } from '../../envelope/stored-headers.js';

export interface OutboxRow extends OutgoingMessage {
  /** The row's id, a bigint as text; it increases within a key. */
  readonly position: string;
}

/** A row that its writer has not published. */
export interface RelayedRow extends OutboxRow {
  /** How often the broker has rejected it. */
  readonly rejections: number;
}

export interface WrittenRow extends OutboxRow {
  /** Whether only the relay may publish it. */
  readonly leftToRelay: boolean;
}

/** Notified with the commit of a row that only the relay may publish. */
export const RELAY_CHANNEL = 'outbox';

/**
 * The database's clock, which all replicas share. With a replica's own clock, Kafka would reject its messages if it is an
 * hour ahead, and topics would delete them too early if it is behind. The time of the read, not of the write: a topic must
 * not count the time that a row spent in the outbox.
 */
const TIMESTAMP_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS timestamp_ms';

/** The database's clock, read once per statement, as RFC 3339. */
const CLOCK = `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS written_at`;

/** How long the replica that wrote a row may publish it from memory before the relay does. */
const DIRECT_PUBLISHING = '2 seconds';

const INSERT = prepared(
  `WITH clock AS MATERIALIZED (${CLOCK}), message AS (
     SELECT m.*, NOT $7 OR (SELECT true FROM outbox p WHERE p.topic = m.topic AND md5(p.key) = md5(m.key) LIMIT 1) IS TRUE AS left_to_relay
     FROM unnest($1::text[], $2::bytea[], $3::jsonb[], $5::int[], $6::int[]) WITH ORDINALITY
       AS m(topic, key, headers, value_start, value_length, n)
   ), inserted AS (
     INSERT INTO outbox (topic, key, headers, value, relay_after)
     SELECT topic, key,
            CASE WHEN $8::text IS NULL THEN headers ELSE headers || (SELECT jsonb_build_object($8::text, written_at) FROM clock) END,
            substr($4::bytea, value_start, value_length),
            CASE WHEN left_to_relay THEN now() ELSE now() + interval '${DIRECT_PUBLISHING}' END
     FROM message ORDER BY n
     RETURNING position
   )
   SELECT i.position, m.left_to_relay, ${TIMESTAMP_MS}, (SELECT written_at FROM clock) AS written_at,
          CASE WHEN m.left_to_relay THEN pg_notify('${RELAY_CHANNEL}', '') END
   FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM inserted) i JOIN message m USING (n)
   ORDER BY n`,
);

/**
 * Writes messages in their order, pipelined. Only the relay publishes a message behind an unpublished one of its topic and
 * key, or any message if the writer cannot publish. Only then is the relay notified, because commits that notify wait for
 * each other. The check sees every committed predecessor, because the caller holds the key's lock.
 * @param options with `timeHeader`, each message gets a header of that name: the time of writing by the database's clock
 * @param use called with the rows, before the commit actions
 */
export function insertMessages(
  tx: Transaction,
  messages: readonly OutgoingMessage[],
  { writerPublishes, timeHeader }: { readonly writerPublishes: boolean; readonly timeHeader?: string },
  use: (rows: readonly WrittenRow[]) => void = () => undefined,
): void {
  const values = packBytes(messages.map(({ value }) => value));
  const parameters = [
    messages.map(({ topic }) => topic),
    messages.map(({ key }) => bytesOf(key)),
    messages.map(({ headers }) => JSON.stringify(storeHeaders(headers))),
    values.bytes,
    values.starts,
    values.lengths,
    writerPublishes,
    timeHeader ?? null,
  ];
  tx.pipeline<InsertedRow>(INSERT, parameters, (written) =>
    use(messages.map((message, n) => toWrittenRow(message, written[n] as InsertedRow, timeHeader))),
  );
}

function toWrittenRow(
  message: OutgoingMessage,
  { position, left_to_relay, timestamp_ms, written_at }: InsertedRow,
  timeHeader: string | undefined,
): WrittenRow {
  const headers = timeHeader === undefined ? message.headers : { ...message.headers, [timeHeader]: written_at };
  return { ...message, headers, position, leftToRelay: left_to_relay, timestampMs: Number(timestamp_ms) };
}

interface InsertedRow {
  position: string;
  left_to_relay: boolean;
  timestamp_ms: string;
  written_at: string;
}

/** A part of the table, in the order of positions. */
export interface Part {
  /** Rows that were not published from memory in time; never a row before an earlier one of its key. */
  readonly stale: readonly RelayedRow[];
  /** Rejected rows that are due again. They are sent separately, so that another rejection does not block other rows. */
  readonly rejectedDue: readonly RelayedRow[];
  /** Whether a row for the relay waits for an earlier one of its key that its writer is about to publish. */
  readonly isBehindWriter: boolean;
  /** The position of its last row, if more may follow. */
  readonly last: string | undefined;
}

/**
 * Reads the next rows after a position in any state, so that the cost depends neither on the backlog nor on the planner's
 * statistics. Leaves out a row behind an unpublished one of its key that comes before this part.
 * @param size the most rows
 * @param bytes the most bytes of values and headers of rows that are due; the last row may exceed it
 */
export async function selectPart(
  database: Database,
  { after, size, bytes }: { readonly after: string; readonly size: number; readonly bytes: number },
): Promise<Part> {
  const rows = await database.query<JudgedRow>(
    `WITH next AS (
       SELECT * FROM outbox WHERE position > $1 ORDER BY position LIMIT $2
     ), weighed AS (
       SELECT next.*, count(*) OVER () AS found,
              sum(bytes) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - bytes AS before
       FROM next, LATERAL (
         SELECT CASE WHEN relay_after <= now() THEN coalesce(octet_length(value), 0) + octet_length(headers::text) ELSE 0 END AS bytes
       ) AS weight
     ), part AS (
       SELECT * FROM weighed WHERE before < $3
     ), judged AS MATERIALIZED (
       SELECT part.*,
              relay_after <= now()
                AND NOT EXISTS (SELECT FROM outbox p
                                WHERE p.topic = part.topic AND md5(p.key) = md5(part.key) AND p.position < part.position
                                  AND (p.relay_after > now() OR p.rejection IS NOT NULL OR p.position <= $1)) AS is_stale,
              relay_after <= now()
                AND (SELECT p.relay_after > now() AND p.rejection IS NULL FROM outbox p
                     WHERE p.topic = part.topic AND md5(p.key) = md5(part.key) AND p.position < part.position
                     ORDER BY p.position LIMIT 1) IS TRUE AS is_behind_writer
       FROM part
     )
     SELECT position, topic, key, found::int, rejections, rejection IS NOT NULL AS is_rejected, is_stale, is_behind_writer, ${TIMESTAMP_MS},
            CASE WHEN is_stale THEN headers END AS headers, CASE WHEN is_stale THEN value END AS value
     FROM judged ORDER BY position`,
    [after, size, bytes],
  );
  const unpublished = rows.filter(({ is_stale }) => is_stale);
  return {
    stale: unpublished.filter(({ is_rejected }) => !is_rejected).map(toRelayedRow),
    rejectedDue: unpublished.filter(({ is_rejected }) => is_rejected).map(toRelayedRow),
    isBehindWriter: rows.some(({ is_behind_writer }) => is_behind_writer),
    last: rows.length === size || rows.length < (rows[0]?.found ?? 0) ? rows.at(-1)?.position : undefined,
  };
}

const DELETE = prepared('DELETE FROM outbox WHERE position = ANY($1::bigint[])');

/** Deletes published rows. */
export async function deletePublished(database: Database, rows: readonly OutboxRow[]): Promise<void> {
  await database.query(DELETE, [rows.map(({ position }) => position)]);
}

/** Marks a row as rejected by the broker. It blocks its key, and only its key, and is due again after `retryInMs`. */
export async function markRejected(
  database: Database,
  { position }: OutboxRow,
  { rejection, retryInMs }: { readonly rejection: string; readonly retryInMs: number },
): Promise<void> {
  await database.query(
    `UPDATE outbox SET rejection = $2, rejections = rejections + 1, relay_after = now() + $3 * interval '1 ms' WHERE position = $1`,
    [position, rejection, retryInMs],
  );
}

interface JudgedRow {
  position: string;
  /** How many there were to choose from. */
  found: number;
  topic: string;
  key: Buffer | null;
  headers: StoredHeaders;
  value: Buffer | null;
  rejections: number;
  is_rejected: boolean;
  is_stale: boolean;
  is_behind_writer: boolean;
  timestamp_ms: string;
}

function toRelayedRow({ position, topic, key, headers, value, rejections, timestamp_ms }: JudgedRow): RelayedRow {
  return {
    position,
    topic,
    key,
    headers: restoreHeaders(headers),
    value,
    rejections,
    timestampMs: Number(timestamp_ms),
  };
}

function bytesOf(content: Buffer | string | null): Buffer | null {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}
