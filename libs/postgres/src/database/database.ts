import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ComponentHealth } from '@orderflow/observability';
import { HealthRegistry, type Histogram, inSharedSpan, Metrics, SpanKind } from '@orderflow/observability';
import pg from 'pg';
import type { QueryResultRow } from 'pg';
import {
  CommitOutcomeUnknown,
  DatabaseNotReady,
  isDatabaseUnavailable,
  NoConnection,
} from '../transactions/database-errors.js';
import type { PreparedStatement } from '../transactions/prepared.js';
import { Transaction } from '../transactions/transaction.js';
import { connectionOptions, type DatabaseAddress } from './connection-options.js';
import { migrate, type Migrations } from './migrate.js';
import { measurePool } from './pool.metrics.js';

export interface DatabaseOptions extends DatabaseAddress {
  /** As whom the migrations run, if as another role than that of the `url`. */
  readonly migrationUrl?: string | undefined;
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly migrations: readonly Migrations[];
}

export interface TransactionOptions {
  /** How long to wait for a lock, in milliseconds, if that is less than usual; see {@link Transaction.hasShortLockTimeout}. */
  readonly lockTimeoutMs?: number;
}

export const DATABASE_OPTIONS = Symbol('DatabaseOptions');

const RETRY_DELAY_MS = 500;
const TRANSACTION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** All are below a Kafka consumer's session timeout, so that a frozen replica does not hold locks that its successor needs. */
const TIMEOUTS = {
  connectionTimeoutMillis: 5_000,
  query_timeout: 9_000, // for a server that accepts connections but does not respond
  keepAlive: true,
  pipeline: true, // statements that do not await each other share a round trip
  lock_timeout: 4_000,
  statement_timeout: 6_000,
  idle_in_transaction_session_timeout: 6_000,
  // Plans of prepared statements are made while a new shop's tables are empty, and stay in use while they grow.
  options: '-c transaction_timeout=8000 -c enable_seqscan=off -c enable_mergejoin=off',
};

const TRANSACTION_SPAN = { kind: SpanKind.CLIENT, attributes: () => ({ 'db.system.name': 'postgresql' }) };

/**
 * A service's own database. Migrations run in the background from the start and are retried until they succeed. Until then
 * every call rejects with {@link DatabaseNotReady}, a transient dependency failure.
 */
@Injectable()
export class Database implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private readonly pool: pg.Pool;
  private readonly closing = new AbortController();
  private readonly transactions: Histogram<'result'>;
  private migrated = false;
  private resolveReady: () => void = () => undefined;
  private readonly ready = new Promise<void>((resolve) => (this.resolveReady = resolve));

  constructor(
    @Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions,
    private readonly health: HealthRegistry,
    metrics: Metrics,
  ) {
    this.pool = new pg.Pool({
      ...connectionOptions(options),
      max: options.poolSize,
      application_name: options.applicationName,
      ...TIMEOUTS,
    });
    // The pool replaces an idle connection that the server closes on its next use.
    this.pool.on('error', (error) =>
      this.logger.warn(`Lost an idle connection; the pool will open another: ${error.message}`),
    );
    // A connection may break while the pool hands it over, when neither the pool nor its next user listens for errors; the
    // next query rejects.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    measurePool(this.pool, metrics);
    this.transactions = metrics.histogram(
      {
        name: 'postgres_transaction_duration_seconds',
        help: 'Time from requesting a connection of the pool to the end of the transaction',
        labels: ['result'],
      },
      TRANSACTION_SECONDS,
    );
    for (const result of ['committed', 'rolled_back', 'unknown']) this.transactions.zero({ result });
  }

  onModuleInit(): void {
    this.health.register('postgres', () => this.check());
    void this.migrateUntilDone();
  }

  /** Resolves when the migrations have run; never if the application closes before that. */
  whenReady(): Promise<void> {
    return this.ready;
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.pool.end();
  }

  /**
   * Runs `work` in a transaction and commits it. If `work` rejects, the transaction is rolled back and the error rethrown.
   * The transaction is a span in the trace of its cause.
   * @throws {NoConnection} if there is no connection to run it on
   * @throws {CommitOutcomeUnknown} if the connection was lost during COMMIT
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>, options: TransactionOptions = {}): Promise<Result> {
    return this.measured(() => inSharedSpan('transaction', TRANSACTION_SPAN, () => this.transact(work, options)));
  }

  private async measured<Result>(transaction: () => Promise<Result>): Promise<Result> {
    const end = this.transactions.startTimer();
    try {
      const result = await transaction();
      end({ result: 'committed' });
      return result;
    } catch (error) {
      end({ result: error instanceof CommitOutcomeUnknown ? 'unknown' : 'rolled_back' });
      throw error;
    }
  }

  private async transact<Result>(
    work: (tx: Transaction) => Promise<Result>,
    { lockTimeoutMs }: TransactionOptions,
  ): Promise<Result> {
    const client = await this.connect();
    let broken: Error | undefined;
    // The server may close the connection between two queries; the next query then rejects.
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    const tx = new Transaction(client, lockTimeoutMs !== undefined);
    try {
      tx.begin(lockTimeoutMs);
      const result = await work(tx);
      await tx.commit();
      tx.runCommitActions();
      return result;
    } catch (error) {
      const cause = await tx.causeOf(error);
      if (isDatabaseUnavailable(cause)) broken = cause as Error;
      else await tx.rollback().catch((failure: Error) => (broken = failure));
      throw cause;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** One statement in a transaction of its own. */
  async query<Row extends QueryResultRow>(
    statement: string | PreparedStatement,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    this.assertReady();
    return (await this.pool.query<Row>(statement, [...parameters])).rows;
  }

  /** Whether the database responds and accepts writes now: distinguishes an outage from a statement that broke its own connection. */
  async isReachable(): Promise<boolean> {
    if (!this.migrated) return false;
    return this.isWritable().catch(() => false);
  }

  private async isWritable(): Promise<boolean> {
    const { rows } = await this.pool.query<{ writable: boolean }>(
      `SELECT current_setting('transaction_read_only') = 'off' AS writable`,
    );
    return rows[0]?.writable === true;
  }

  private async connect(): Promise<pg.PoolClient> {
    this.assertReady();
    return this.pool.connect().catch((error: Error) => {
      throw new NoConnection(error);
    });
  }

  private assertReady(): void {
    if (!this.migrated)
      throw new DatabaseNotReady('the database is unreachable so far, or its migrations have not run');
  }

  private async check(): Promise<ComponentHealth> {
    if (!this.migrated) return { status: 'down', detail: 'unreachable so far, or its migrations have not run' };
    return (await this.isWritable()) ? { status: 'up' } : { status: 'down', detail: 'read-only, perhaps a standby' };
  }

  private async migrateUntilDone(): Promise<void> {
    let lastMessage = '';
    while (!this.migrated && !this.closing.signal.aborted) {
      try {
        await migrate({ ...this.options, url: this.options.migrationUrl ?? this.options.url });
        this.migrated = true;
        this.resolveReady();
        this.logger.log('Migrations are up to date; the database is ready');
      } catch (error) {
        const { message } = error as Error;
        if (message !== lastMessage)
          this.logger.warn(
            `Postgres is unavailable or a migration failed; trying again: ${message || (error as { code?: string }).code}`,
          );
        lastMessage = message;
        await delay(RETRY_DELAY_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
  }
}
