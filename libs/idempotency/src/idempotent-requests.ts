import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { keyInFlight, keyReused } from './key-refusals.js';
import type { KeyedRequest } from './keyed-request.js';

/** What a use case returns. Only the outcomes of one kind, its success, are kept. */
interface Outcome {
  readonly kind: string;
}

interface KeyRow {
  readonly claimed: boolean;
  /** Null unless the key has been used. */
  readonly is_same: boolean | null;
  readonly outcome: string | null;
}

const LIFETIME = '24 hours';
/** Seed of the 64-bit hash, which keeps the advisory locks of requests apart from all others in this database. */
const LOCK_SEED = 5_117_922;

const STORED = `SELECT request_hash = $3 AS is_same, outcome::text FROM idempotent_requests
  WHERE operation = $1 AND key = $2 AND expires_at > now()`;
const CLAIM = `WITH stored AS (${STORED}), claimed AS (
    INSERT INTO idempotent_requests AS known (operation, key, request_hash, outcome, expires_at)
    SELECT $1, $2, $3, 'null'::json, now() + interval '${LIFETIME}'
    WHERE NOT EXISTS (SELECT FROM stored) AND pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, ${LOCK_SEED}))
    ON CONFLICT (key, operation) DO UPDATE SET request_hash = excluded.request_hash, expires_at = excluded.expires_at
      WHERE known.expires_at <= now()
    RETURNING key
  )
  SELECT EXISTS (SELECT FROM claimed) AS claimed, (SELECT is_same FROM stored), (SELECT outcome FROM stored)`;

/** Requests that take effect once for 24 hours, however often a client repeats them with their key (ADR 0026). */
@Injectable()
export class IdempotentRequests {
  constructor(private readonly database: Database) {}

  /**
   * Runs `work` in a transaction, which also keeps its outcome if it is of the kind `kept`. A repetition gets that outcome as
   * it was, and `work` does not run.
   * @param request undefined if the client sent no key: `work` runs
   * @throws {ConflictException} while a request with the key is being processed; nobody waits for it
   * @throws {UnprocessableEntityException} if a different request has used the key
   */
  once<Result extends Outcome>(
    request: KeyedRequest | undefined,
    kept: Result['kind'],
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    if (!request) return this.database.transaction(work);
    return this.database.transaction(async (tx) => {
      const earlier = await claim<Result>(tx, request);
      if (earlier) return earlier;
      const outcome = await work(tx);
      if (outcome.kind === kept) keep(tx, request, outcome);
      else release(tx, request);
      return outcome;
    });
  }

  /**
   * For work of many transactions that is safe to repeat: its result is kept when all of it is done. A repetition that comes
   * earlier, or after a crash, runs it again.
   * @param isKept whether a result is a success; otherwise the key is free again
   * @throws {UnprocessableEntityException} if a different request has used the key
   */
  async afterwards<Result>(
    request: KeyedRequest | undefined,
    work: () => Promise<Result>,
    isKept: (result: Result) => boolean = () => true,
  ): Promise<Result> {
    if (!request) return work();
    const [stored] = await this.database.query<KeyRow & object>(STORED, parametersOf(request));
    if (stored) return outcomeOf(stored);
    const result = await work();
    if (!isKept(result)) return result;
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<KeyRow & object>(CLAIM, parametersOf(request));
      if (row?.claimed) keep(tx, request, result);
    });
    return result;
  }
}

/** Claims the key for this transaction, or finds the outcome of the request that has used it. */
async function claim<Result>(tx: Transaction, request: KeyedRequest): Promise<Result | undefined> {
  const [row] = await tx.query<KeyRow & object>(CLAIM, parametersOf(request));
  if (row?.claimed) return undefined;
  if (!row || row.is_same === null) throw keyInFlight();
  return outcomeOf(row);
}

function keep(tx: Transaction, { operation, key }: KeyedRequest, outcome: unknown): void {
  tx.pipeline('UPDATE idempotent_requests SET outcome = $3 WHERE operation = $1 AND key = $2', [
    operation,
    key,
    JSON.stringify(outcome),
  ]);
}

function release(tx: Transaction, { operation, key }: KeyedRequest): void {
  tx.pipeline('DELETE FROM idempotent_requests WHERE operation = $1 AND key = $2', [operation, key]);
}

function outcomeOf<Result>({ is_same, outcome }: KeyRow): Result {
  if (!is_same || outcome === null) throw keyReused();
  return JSON.parse(outcome, toDate) as Result;
}

const parametersOf = ({ operation, key, hash }: KeyedRequest) => [operation, key, hash()];

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A text as `Date.toJSON` writes it becomes a date again. If it was no date, it is still written the same. */
function toDate(_: string, value: unknown): unknown {
  if (typeof value !== 'string' || !DATE.test(value)) return value;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toJSON() === value ? date : value; // V8 takes 30 February for 2 March
}
