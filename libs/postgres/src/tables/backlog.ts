import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Metrics } from '@orderflow/observability';
import type { Database } from '../database/database.js';

/** Rows that wait for something, described in SQL. */
export interface WaitingRows {
  /** The gauges are `<name>` and `<name>_oldest_age_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly table: string;
  readonly where: string;
  /** Column with the time since which a row waits. */
  readonly since: string;
  /**
   * Sorts the oldest row first, by all columns of an index that finds the rows. The comparisons in `where` must leave Postgres no other
   * index in this order: it would read all of it if nothing waits.
   */
  readonly orderBy: string;
}

const INTERVAL_MS = 5_000;
const MAX_COUNTED = 10_000;

interface Measurement {
  readonly waiting: number;
  /** In milliseconds since the epoch, by this machine's clock. */
  readonly oldestSince: number | undefined;
}

/**
 * Measures the waiting rows of a table every few seconds while the application runs, so that a scrape only reads memory.
 * It counts at most 10,000 rows, so that its cost is bounded. All replicas show the same figures, as they come from the
 * database. While the database is unavailable, the count stays as it was and the age keeps growing.
 */
export abstract class Backlog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);
  private readonly poller = new Poller(() => this.measure(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Could not measure the backlog; trying again: ${message}`),
  });
  private measured: Measurement = { waiting: 0, oldestSince: undefined };

  constructor(
    private readonly database: Database,
    metrics: Metrics,
    private readonly rows: WaitingRows,
  ) {
    const { name, help } = rows;
    metrics.gauge({ name, help: `${help}; counted up to ${MAX_COUNTED}` }, () => this.measured.waiting);
    metrics.gauge(
      { name: `${name}_oldest_age_seconds`, help: 'Time that the oldest of them has waited; 0 if there is none' },
      () => ageSeconds(this.measured.oldestSince),
    );
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async measure(): Promise<void> {
    const { table, where, since, orderBy } = this.rows;
    const [row] = await this.database.query<{ waiting: number; age_ms: number | null }>(
      `SELECT (SELECT count(*)::int FROM (SELECT FROM ${table} WHERE ${where} ORDER BY ${orderBy} LIMIT ${MAX_COUNTED}) counted) AS waiting,
              (SELECT extract(epoch FROM clock_timestamp() - ${since})::float8 * 1000 FROM ${table}
               WHERE ${where} ORDER BY ${orderBy} LIMIT 1) AS age_ms`,
    );
    const ageMs = row?.age_ms ?? undefined;
    this.measured = { waiting: row?.waiting ?? 0, oldestSince: ageMs === undefined ? undefined : Date.now() - ageMs };
  }
}

function ageSeconds(since: number | undefined): number {
  return since === undefined ? 0 : Math.max(0, Date.now() - since) / 1_000;
}
