import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import type { Order } from '../domain/order.js';
import { ORDER_COLUMNS, type OrderRow, toOrder } from '../order-row.js';

/** A request that a client may repeat. */
export interface KeyedRequest {
  readonly key: string;
  /** SHA-256 of the canonical body. */
  readonly requestHash: Buffer;
  /** The order that this request creates if it is the first with its key. */
  readonly orderId: string;
}

/** The state of a key: claimed by this request, used by the same or another request before, or in use right now. */
export type KeyUse =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'same'; readonly order: Order }
  | { readonly kind: 'different' }
  | { readonly kind: 'in-flight' };

type KeyRow = { key: string; claimed: boolean; is_same: boolean | null } & OrderRow;

const LIFETIME = '24 hours';
/** Seed of the 64-bit hash, which keeps the advisory locks of keys apart from all others in this database. */
const LOCK_SEED = 5_117_921;

const REQUESTED = `unnest($1::text[], $2::bytea[], $3::uuid[]) AS requested(key, request_hash, order_id)
  LEFT JOIN idempotency_keys stored ON stored.key = requested.key AND stored.expires_at > now()`;

@Injectable()
export class IdempotencyKeysRepository {
  constructor(private readonly database: Database) {}

  /**
   * Claims the unused keys. Other transactions see them as in flight until this one ends, and as used for 24 hours after
   * its commit. It never waits for another transaction, as an INSERT alone would: only the holder of a key's advisory lock
   * writes the key, and the lock is tried, not awaited. A key that is committed while this runs counts as in flight too.
   * @param requests with distinct keys
   */
  async claim(tx: Transaction, requests: readonly KeyedRequest[]): Promise<Map<string, KeyUse>> {
    if (requests.length === 0) return new Map();
    const rows = await tx.query<KeyRow>(
      `WITH requested AS MATERIALIZED (
         SELECT requested.*, stored.order_id AS stored_order_id, stored.request_hash = requested.request_hash AS is_same,
                CASE WHEN stored.key IS NULL THEN pg_try_advisory_xact_lock(hashtextextended(requested.key, ${LOCK_SEED})) ELSE false END
                  AS is_free
         FROM ${REQUESTED}
       ), claimed AS (
         INSERT INTO idempotency_keys AS known (key, request_hash, order_id, expires_at)
         SELECT key, request_hash, order_id, now() + interval '${LIFETIME}' FROM requested WHERE is_free
         ON CONFLICT (key) DO UPDATE
           SET request_hash = excluded.request_hash, order_id = excluded.order_id, expires_at = excluded.expires_at
           WHERE known.expires_at <= now()
         RETURNING key
       )
       SELECT requested.key, claimed.key IS NOT NULL AS claimed, requested.is_same, ${columnsOf('first')}
       FROM requested LEFT JOIN claimed ON claimed.key = requested.key LEFT JOIN orders first ON first.order_id = requested.stored_order_id`,
      parametersOf(requests),
    );
    return new Map(rows.map((row) => [row.key, toKeyUse(row)]));
  }

  /** The committed state of the keys; a key without one counts as in flight. */
  async find(requests: readonly KeyedRequest[]): Promise<KeyUse[]> {
    const rows = await this.database.query<KeyRow>(
      `SELECT requested.key, false AS claimed, stored.request_hash = requested.request_hash AS is_same, ${columnsOf('first')}
       FROM ${REQUESTED} LEFT JOIN orders first ON first.order_id = stored.order_id`,
      parametersOf(requests),
    );
    const uses = new Map(rows.map((row) => [row.key, toKeyUse(row)]));
    return requests.map(({ key }) => uses.get(key) ?? { kind: 'in-flight' });
  }
}

function parametersOf(requests: readonly KeyedRequest[]): unknown[] {
  return [
    requests.map(({ key }) => key),
    requests.map(({ requestHash }) => requestHash),
    requests.map(({ orderId }) => orderId),
  ];
}

function columnsOf(table: string): string {
  return ORDER_COLUMNS.replaceAll(/\w+/g, (column) => `${table}.${column}`);
}

function toKeyUse(row: KeyRow): KeyUse {
  if (row.claimed) return { kind: 'claimed' };
  if (row.is_same === null) return { kind: 'in-flight' };
  return row.is_same ? { kind: 'same', order: toOrder(row) } : { kind: 'different' };
}
