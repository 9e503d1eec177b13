import { Injectable } from '@nestjs/common';
import { Database, prepared, type Transaction } from '@orderflow/postgres';
import { v4 as uuidv4, v7 as uuidv7, validate as isUuid } from 'uuid';

/** What anybody may know of an erasure. */
export interface Erasure {
  readonly erasureId: string;
  readonly pseudonym: string;
  readonly requestedAt: Date;
  /** The subject of the operator's token; null if callers are not authenticated. */
  readonly requestedBy: string | null;
  /** Null while it runs. */
  readonly finishedAt: Date | null;
  /** The rows that were deleted or changed, by table. */
  readonly erased: Readonly<Record<string, number>>;
}

export interface ErasureRequest {
  readonly pseudonym?: string | undefined;
  readonly requestedBy?: string | null;
}

/** An event names a customer by an id, and happened at a time (RFC 3339). */
export type NameAt = (customerId: string, time: string) => string;

interface KnownPseudonym {
  readonly customerId: string;
  readonly pseudonym: string;
  readonly requestedAt: Date;
}

const COLUMNS = `erasure_id AS "erasureId", pseudonym, requested_at AS "requestedAt", requested_by AS "requestedBy", finished_at AS "finishedAt", erased`;
const PSEUDONYMS = prepared(
  `SELECT customer_id AS "customerId", pseudonym, requested_at AS "requestedAt" FROM erasures
   WHERE customer_id = ANY ($1::text[]) ORDER BY customer_id, requested_at`,
);

@Injectable()
export class Erasures {
  constructor(private readonly database: Database) {}

  /** Begins an erasure. While one of the customer runs, this is that one, with its pseudonym and who has requested it. */
  async request(
    tx: Transaction,
    customerId: string,
    { pseudonym = `erased-${uuidv4()}`, requestedBy = null }: ErasureRequest = {},
  ): Promise<Erasure> {
    const [erasure] = await tx.query<Erasure & object>(
      `INSERT INTO erasures AS running (erasure_id, customer_id, pseudonym, requested_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (customer_id) WHERE finished_at IS NULL DO UPDATE SET pseudonym = running.pseudonym
       RETURNING ${COLUMNS}`,
      [uuidv7(), customerId, pseudonym, requestedBy],
    );
    return erasure as Erasure;
  }

  async find(erasureId: string): Promise<Erasure | undefined> {
    if (!isUuid(erasureId)) return undefined;
    const [erasure] = await this.database.query<Erasure & object>(
      `SELECT ${COLUMNS} FROM erasures WHERE erasure_id = $1`,
      [erasureId],
    );
    return erasure;
  }

  /**
   * How events name customers: by the pseudonym if they happened before an erasure, otherwise as they do. For the transaction
   * that stores what it makes of the events; it must have written something before, so that an erasure waits for it.
   */
  async namesAt(tx: Transaction, customerIds: readonly string[]): Promise<NameAt> {
    const known = await tx.query<KnownPseudonym & object>(PSEUDONYMS, [[...new Set(customerIds)]]);
    if (known.length === 0) return (customerId) => customerId;
    return (customerId, time) =>
      known.find((one) => one.customerId === customerId && new Date(time) < one.requestedAt)?.pseudonym ?? customerId;
  }
}
