import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import type { Order } from './domain/order.js';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.js';

/** A request that a client may repeat. */
export interface KeyedRequest {
  readonly key: string;
  /** SHA-256 of the canonical body. */
  readonly requestHash: Buffer;
  /** The order that it makes if it is the first of its key. */
  readonly orderId: string;
}

/** What is known of a key: it is now the request's own, or was used for the same or another request, or is in use. */
export type KeyUse =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'same'; readonly order: Order }
  | { readonly kind: 'other' }
  | { readonly kind: 'in-flight' };

type KeyRow = { key: string; claimed: boolean; is_same: boolean | null } & OrderRow;

const KEPT_FOR = '24 hours';
/** Keeps the advisory locks of keys apart from all others in this database: the seed of their 64-bit hash. */
const LOCK_SEED = 5_117_921;

const ASKED = `unnest($1::text[], $2::bytea[], $3::uuid[]) AS asked(key, request_hash, order_id)
  LEFT JOIN idempotency_keys kept ON kept.key = asked.key AND kept.expires_at > now()`;

@Injectable()
export class IdempotencyKeysRepository {
  constructor(private readonly database: Database) {}

  /**
   * Claims the keys that nobody has, until the transaction ends for others to see as in flight, and after its commit
   * for 24 hours. It waits for no other transaction, though an INSERT alone would: a key is written only by the holder
   * of its advisory lock, and that is tried, not waited for. A key that is committed while this runs is in flight too.
   * @param requests each key once
   */
  async claim(tx: Transaction, requests: readonly KeyedRequest[]): Promise<Map<string, KeyUse>> {
    if (requests.length === 0) return new Map();
    const rows = await tx.query<KeyRow>(
      `WITH asked AS MATERIALIZED (
         SELECT asked.*, kept.order_id AS kept_order_id, kept.request_hash = asked.request_hash AS is_same,
                CASE WHEN kept.key IS NULL THEN pg_try_advisory_xact_lock(hashtextextended(asked.key, ${LOCK_SEED})) ELSE false END
                  AS is_free
         FROM ${ASKED}
       ), claimed AS (
         INSERT INTO idempotency_keys AS known (key, request_hash, order_id, expires_at)
         SELECT key, request_hash, order_id, now() + interval '${KEPT_FOR}' FROM asked WHERE is_free
         ON CONFLICT (key) DO UPDATE
           SET request_hash = excluded.request_hash, order_id = excluded.order_id, expires_at = excluded.expires_at
           WHERE known.expires_at <= now()
         RETURNING key
       )
       SELECT asked.key, claimed.key IS NOT NULL AS claimed, asked.is_same, ${columnsOf('first')}
       FROM asked LEFT JOIN claimed ON claimed.key = asked.key LEFT JOIN orders first ON first.order_id = asked.kept_order_id`,
      parametersOf(requests),
    );
    return new Map(rows.map((row) => [row.key, toKeyUse(row)]));
  }

  /** What is committed of the keys; one of which nothing is counts as in flight. */
  async find(requests: readonly KeyedRequest[]): Promise<KeyUse[]> {
    const rows = await this.database.query<KeyRow>(
      `SELECT asked.key, false AS claimed, kept.request_hash = asked.request_hash AS is_same, ${columnsOf('first')}
       FROM ${ASKED} LEFT JOIN orders first ON first.order_id = kept.order_id`,
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
  return row.is_same ? { kind: 'same', order: toOrder(row) } : { kind: 'other' };
}
