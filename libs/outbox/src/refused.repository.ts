import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { restoreHeaders, type StoredHeaders } from './stored-headers.js';

/** An event that the broker does not take, such as one that is too large; without its value. */
export interface RefusedEvent {
  /** A bigint as text: the row's identity. */
  readonly position: string;
  readonly topic: string;
  readonly key: Buffer | null;
  readonly headers: ReturnType<typeof restoreHeaders>;
  /** The size of its value; null: it has none. */
  readonly bytes: number | null;
  /** Why the broker does not take it. */
  readonly refusal: string;
  readonly addedAt: Date;
}

interface RefusedRow extends Omit<RefusedEvent, 'headers'> {
  readonly headers: StoredHeaders;
}

const COLUMNS = 'position, topic, key, headers, octet_length(value) AS bytes, refusal, added_at AS "addedAt"';

/** Events that the broker does not take: each holds its key back until it is discarded. */
@Injectable()
export class RefusedRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. @param after the position of the last one of the page before */
  async list({ after, limit }: { after: string | null; limit: number }): Promise<RefusedEvent[]> {
    const rows = await this.database.query<RefusedRow>(
      `SELECT ${COLUMNS} FROM outbox
       WHERE refusal IS NOT NULL AND ($1::bigint IS NULL OR position > $1) ORDER BY position LIMIT $2`,
      [after, limit],
    );
    return rows.map(toRefusedEvent);
  }

  /**
   * Gives such an event up for good; what waits behind it is published after the commit.
   * @returns undefined where there is none (any more)
   */
  async discard(tx: Transaction, position: string): Promise<RefusedEvent | undefined> {
    const [row] = await tx.query<RefusedRow>(
      `DELETE FROM outbox WHERE position = $1 AND refusal IS NOT NULL RETURNING ${COLUMNS}`,
      [position],
    );
    return row && toRefusedEvent(row);
  }
}

function toRefusedEvent({ headers, ...row }: RefusedRow): RefusedEvent {
  return { ...row, headers: restoreHeaders(headers) };
}
