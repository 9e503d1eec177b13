import { prepared, type PreparedStatement } from '../transactions/prepared.js';
import type { Expired } from '../tables/purge.js';

/** Changes after a position are known for so long. */
export const RESUMABLE_SECONDS = 300;
/** Replicas that use the feed renew its row of listeners once a minute; what was read then can be resumed until this ends. */
const LISTENING = '6 minutes';
/** Longer than any statement: a row that is renewed earlier than this before its end was valid without a gap. */
const RENEWAL_MARGIN = '30 seconds';
const RETENTION = '10 minutes';
/** The changes that one read returns; more than that are a gap. */
export const MAX_READ = 10_000;
/** The changes that a reader who resumes may have missed, and how many are searched for them. */
const MAX_MISSED = 1_000;
const MAX_SEARCHED = 20_000;

export interface ReadRow<Change> {
  readonly snapshot: string;
  readonly read_at: number;
  readonly generation: string;
  /** Up to one more than `MAX_READ`. */
  readonly changes: readonly Change[] | null;
}

export interface MissedRow<Change> {
  readonly searched: number;
  readonly changes: readonly Change[] | null;
}

export const isComplete = ({ searched, changes }: MissedRow<unknown>) =>
  searched <= MAX_SEARCHED && (changes?.length ?? 0) <= MAX_MISSED;

/**
 * Completes a statement that changes rows, so that each change is recorded if somebody listens to the feed, and those who
 * listen are notified with the commit. Otherwise it costs a look at one row.
 *
 * The transaction must have written something before this statement, or locked a row: an id of its own is what tells those
 * who begin to listen to wait for it.
 * @param changed a statement with RETURNING
 * @param data the recorded change, in SQL, as jsonb, of the columns that `changed` returns
 */
export function recordingChanges(
  feed: string,
  { changed, data }: { readonly changed: string; readonly data: string },
): string {
  return `WITH changed AS (${changed}), recorded AS (
      INSERT INTO ${feed} (data) SELECT ${data} FROM changed
      WHERE EXISTS (SELECT FROM ${feed}_listening WHERE only_row AND until > now())
      RETURNING 1
    )
    SELECT pg_notify('${feed}', '') FROM recorded LIMIT 1`;
}

/** For a `Purge`: changes that nobody can ask for any more. */
export function expiredChanges(feed: string): Expired {
  return { table: feed, where: `at < now() - interval '${RETENTION}'`, orderBy: 'xid' };
}

/** Changes are recorded from the commit of this on. If that has ended before, or never begun, a new generation begins. */
export function listenTo(feed: string): string {
  return `INSERT INTO ${feed}_listening AS current (until) VALUES (clock_timestamp() + interval '${LISTENING}')
    ON CONFLICT (only_row) DO UPDATE SET until = excluded.until, generation =
      CASE WHEN current.until > clock_timestamp() + interval '${RENEWAL_MARGIN}' THEN current.generation ELSE excluded.generation END`;
}

/** The changes that are visible now, and were not in snapshot $1; without one, none. No row if nobody is known to listen. */
export function readAfter(feed: string): PreparedStatement {
  return prepared(
    `SELECT pg_current_snapshot()::text AS snapshot, extract(epoch FROM now())::float8 AS read_at, generation, (
       SELECT json_agg(change.data ORDER BY change.position) FROM (
         SELECT data, position FROM ${feed}
         WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
         ORDER BY xid, position LIMIT ${MAX_READ + 1}
       ) change
     ) AS changes
     FROM ${feed}_listening WHERE only_row AND until > now()`,
  );
}

/** The changes that are visible in snapshot $2 and not in $1, and contain $3. */
export function readBetween(feed: string): string {
  return `WITH searched AS MATERIALIZED (
      SELECT data, position FROM ${feed}
      WHERE xid >= pg_snapshot_xmin($1::pg_snapshot) AND xid < pg_snapshot_xmax($2::pg_snapshot)
        AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot) AND pg_visible_in_snapshot(xid, $2::pg_snapshot)
      ORDER BY xid, position LIMIT ${MAX_SEARCHED + 1}
    )
    SELECT (SELECT count(*)::int FROM searched) AS searched, (
      SELECT json_agg(found.data ORDER BY found.position) FROM (
        SELECT data, position FROM searched WHERE data @> $3::jsonb ORDER BY position LIMIT ${MAX_MISSED + 1}
      ) found
    ) AS changes`;
}
