import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Metrics } from '@orderflow/observability';
import type { Database } from './database.js';

/** Rows that wait for something, as SQL. An index has to find them, and the first of them. */
export interface Waiting {
  /** `<name>` and `<name>_oldest_age_seconds` are their gauges. */
  readonly name: string;
  readonly help: string;
  readonly table: string;
  readonly where: string;
  /** When a row began to wait. */
  readonly since: string;
  /** What puts the one that waits for longest first. */
  readonly orderBy: string;
}

const INTERVAL_MS = 5_000;
const COUNTED_AT_MOST = 10_000;

interface Seen {
  readonly waiting: number;
  /** In milliseconds since the epoch, by this machine's clock. */
  readonly oldestSince: number | undefined;
}

/**
 * Measures what waits in a table, every few seconds while the application runs, so that a scrape reads memory alone.
 * It counts 10,000 rows at most, so that it costs the same however many there are. Every replica shows the same: the
 * figures are the database's. While the database is away they stay as they were, and the age goes on growing.
 */
export abstract class Backlog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot look, trying again: ${message}`),
  });
  private seen: Seen = { waiting: 0, oldestSince: undefined };

  constructor(
    private readonly database: Database,
    metrics: Metrics,
    private readonly waiting: Waiting,
  ) {
    const { name, help } = waiting;
    metrics.gauge({ name, help: `${help}; counted up to ${COUNTED_AT_MOST}` }, () => this.seen.waiting);
    metrics.gauge(
      { name: `${name}_oldest_age_seconds`, help: 'How long the oldest of them has waited, 0 for none' },
      () => ageSeconds(this.seen.oldestSince),
    );
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async look(): Promise<void> {
    const { table, where, since, orderBy } = this.waiting;
    const [row] = await this.database.query<{ waiting: number; age_ms: number | null }>(
      `SELECT (SELECT count(*)::int FROM (SELECT FROM ${table} WHERE ${where} LIMIT ${COUNTED_AT_MOST}) counted) AS waiting,
              (SELECT extract(epoch FROM clock_timestamp() - ${since})::float8 * 1000 FROM ${table}
               WHERE ${where} ORDER BY ${orderBy} LIMIT 1) AS age_ms`,
    );
    const ageMs = row?.age_ms ?? undefined;
    this.seen = { waiting: row?.waiting ?? 0, oldestSince: ageMs === undefined ? undefined : Date.now() - ageMs };
  }
}

function ageSeconds(since: number | undefined): number {
  return since === undefined ? 0 : Math.max(0, Date.now() - since) / 1_000;
}
