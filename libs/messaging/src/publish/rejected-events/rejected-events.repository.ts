import { Injectable } from '@nestjs/common';
import { Database, pageOfIndex, type Transaction } from '@orderflow/postgres';
import { RELAY_CHANNEL } from '../table/outbox.table.js';
import { restoreHeaders, type StoredHeaders } from '../../envelope/stored-headers.js';

/** An event that the broker rejected, for example because it is too large; without its value. */
export interface RejectedEvent {
  /** A bigint as text: the row's identity. */
  readonly position: string;
  readonly topic: string;
  readonly key: Buffer | null;
  readonly headers: ReturnType<typeof restoreHeaders>;
  /** The size of its value in bytes; null if it has none. */
  readonly bytes: number | null;
  /** Why the broker rejected it. */
  readonly rejection: string;
  /** How often it was rejected. */
  readonly rejections: number;
  /** When it is retried, unless an operator retries it sooner. */
  readonly nextAttemptAt: Date;
  readonly addedAt: Date;
}

interface RejectedRow extends Omit<RejectedEvent, 'headers'> {
  readonly headers: StoredHeaders;
}

const COLUMNS =
  'position, topic, key, headers, octet_length(value) AS bytes, rejection, rejections, relay_after AS "nextAttemptAt", added_at AS "addedAt"';

/** Events that the broker rejects. Each one blocks its key until the broker accepts it or an operator discards it. */
@Injectable()
export class RejectedEventsRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. @param after the position of the last one of the page before */
  async list({ after, limit }: { after: string | null; limit: number }): Promise<RejectedEvent[]> {
    const { sql, parameters } = pageOfIndex({
      table: 'outbox',
      select: COLUMNS,
      partial: 'rejection IS NOT NULL',
      key: 'position',
      keyType: 'bigint',
      order: 'ASC',
      above: after,
      limit,
    });
    const rows = await this.database.query<RejectedRow>(sql, parameters);
    return rows.map(toRejectedEvent);
  }

  /**
   * Schedules a rejected event for right after the commit; the replica that holds the relay's lease sends it.
   * @returns undefined if there is no such event, or no longer
   */
  async retry(tx: Transaction, position: string): Promise<RejectedEvent | undefined> {
    const [row] = await tx.query<RejectedRow>(
      `UPDATE outbox SET relay_after = now() WHERE position = $1 AND rejection IS NOT NULL RETURNING ${COLUMNS}`,
      [position],
    );
    if (!row) return undefined;
    await tx.query('SELECT pg_notify($1, $2)', [RELAY_CHANNEL, '']);
    return toRejectedEvent(row);
  }

  /**
   * Deletes a rejected event for good; the events behind it are published after the commit.
   * @returns undefined if there is no such event, or no longer
   */
  async discard(tx: Transaction, position: string): Promise<RejectedEvent | undefined> {
    const [row] = await tx.query<RejectedRow>(
      `DELETE FROM outbox WHERE position = $1 AND rejection IS NOT NULL RETURNING ${COLUMNS}`,
      [position],
    );
    return row && toRejectedEvent(row);
  }
}

function toRejectedEvent({ headers, ...row }: RejectedRow): RejectedEvent {
  return { ...row, headers: restoreHeaders(headers) };
}
