import { headerOf } from '../../../envelope/message.js';
import { restoreHeaders, type StoredHeaders } from '../../../envelope/stored-headers.js';
import type { Transaction } from '@orderflow/postgres';

/** The numbers of rows that a transaction changed in a table. */
export interface TableChange {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** A message that a transaction wrote to the outbox. */
export interface WrittenMessage {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly type: string | null;
  readonly value: Buffer | null;
}

/** This session's counters so far. They may include earlier transactions, so only differences are meaningful. */
export function changesIn(tx: Transaction): Promise<TableChange[]> {
  return tx.query<TableChange & Record<string, unknown>>(
    `SELECT relname AS table, n_tup_ins::int AS inserted, n_tup_upd::int AS updated, n_tup_del::int AS deleted
     FROM pg_stat_xact_user_tables ORDER BY relname`,
  );
}

export function changesSince(before: readonly TableChange[], after: readonly TableChange[]): TableChange[] {
  const earlier = new Map(before.map((change) => [change.table, change]));
  return after
    .map(({ table, inserted, updated, deleted }) => {
      const was = earlier.get(table);
      return {
        table,
        inserted: inserted - (was?.inserted ?? 0),
        updated: updated - (was?.updated ?? 0),
        deleted: deleted - (was?.deleted ?? 0),
      };
    })
    .filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0);
}

/**
 * The outbox rows that this transaction has written, in order: those that it sees although their transaction (or its
 * savepoint, whose id follows) is still in progress.
 */
export async function writtenMessages(tx: Transaction): Promise<WrittenMessage[]> {
  const rows = await tx.query<{ topic: string; key: Buffer | null; headers: StoredHeaders; value: Buffer | null }>(
    `WITH own AS (SELECT pg_current_xact_id()::text::bigint AS id)
     SELECT topic, key, headers, value FROM outbox, own
     WHERE CASE WHEN outbox.xmin::text::bigint >= own.id % 4294967296
       THEN pg_xact_status((own.id - own.id % 4294967296 + outbox.xmin::text::bigint)::text::xid8) = 'in progress' END
     ORDER BY position`,
  );
  return rows.map(({ headers, ...row }) => ({
    ...row,
    type: headerOf({ headers: restoreHeaders(headers) }, 'ce_type') ?? null,
  }));
}
