import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Metrics, Reading } from '@orderflow/observability';
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
  /** A column with few values, each of which is measured by itself; the gauges have it as a label. */
  readonly by?: { readonly column: string; readonly values: readonly string[] };
}

const INTERVAL_MS = 5_000;
const MAX_COUNTED = 10_000;

interface Measurement {
  readonly waiting: number;
  /** In milliseconds since the epoch, by this machine's clock. */
  readonly oldestSince: number | undefined;
}

const NOTHING: Measurement = { waiting: 0, oldestSince: undefined };
/** For rows that are measured together. */
const ALL = '';

/**
 * Measures the waiting rows of a table every few seconds while the application runs, so that a scrape only reads memory.
 * It counts at most 10,000 rows, with a label 10,000 of each value, so that its cost is bounded. All replicas show the same figures, as
 * they come from the database. While the database is unavailable, the count stays as it was and the age keeps growing.
 */
export abstract class Backlog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);
  private readonly poller = new Poller(() => this.measure(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Could not measure the backlog; trying again: ${message}`),
  });
  private measured: ReadonlyMap<string, Measurement> = new Map();

  constructor(
    private readonly database: Database,
    metrics: Metrics,
    private readonly rows: WaitingRows,
  ) {
    const { name, help, by } = rows;
    const labels = by ? [by.column] : [];
    metrics.gauge({ name, help: `${help}; counted up to ${MAX_COUNTED}`, labels }, () =>
      this.read(({ waiting }) => waiting),
    );
    metrics.gauge(
      {
        name: `${name}_oldest_age_seconds`,
        help: 'Time that the oldest of them has waited; 0 if there is none',
        labels,
      },
      () => this.read(({ oldestSince }) => ageSeconds(oldestSince)),
    );
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async measure(): Promise<void> {
    const { table, since, orderBy, by } = this.rows;
    const where = by ? `${by.column} = each AND ${this.rows.where}` : this.rows.where;
    const measured = await this.database.query<{ each: string; waiting: number; age_ms: number | null }>(
      `SELECT each, (SELECT count(*)::int FROM (SELECT FROM ${table} WHERE ${where} ORDER BY ${orderBy} LIMIT ${MAX_COUNTED}) counted) AS waiting,
              (SELECT extract(epoch FROM clock_timestamp() - ${since})::float8 * 1000 FROM ${table}
               WHERE ${where} ORDER BY ${orderBy} LIMIT 1) AS age_ms
       FROM unnest($1::text[]) AS each`,
      [by?.values ?? [ALL]],
    );
    const now = Date.now();
    this.measured = new Map(
      measured.map(({ each, waiting, age_ms }) => [
        each,
        { waiting, oldestSince: age_ms === null ? undefined : now - age_ms },
      ]),
    );
  }

  private read(figure: (measurement: Measurement) => number): number | readonly Reading<string>[] {
    const of = (each: string) => figure(this.measured.get(each) ?? NOTHING);
    const { by } = this.rows;
    return by ? by.values.map((each) => ({ labels: { [by.column]: each }, value: of(each) })) : of(ALL);
  }
}

function ageSeconds(since: number | undefined): number {
  return since === undefined ? 0 : Math.max(0, Date.now() - since) / 1_000;
}
