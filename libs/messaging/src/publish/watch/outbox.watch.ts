import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { type ComponentHealth, HealthRegistry, Metrics } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { OUTBOX_OPTIONS, OutboxFull, type OutboxOptions } from '../outbox.options.js';

const INTERVAL_MS = 2_000;
const COUNTED_AT_MOST = 20_000;
/** Above this count, a sample is accurate to a few percent. */
const SAMPLED_PAGES = 2_000;
/** So few that Postgres asks their index also where it knows nothing of the table. */
const REJECTED_AT_MOST = 1_000;

interface Backlog {
  readonly waiting: number;
  readonly rejected: number;
  /** When the oldest row that is not rejected was added: milliseconds since the epoch, by this machine's clock. */
  readonly oldestSince?: number;
}

/** Counts unpublished rows every few seconds, reports them in health, and rejects more events beyond the bound. */
@Injectable()
export class OutboxWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('OutboxWatch');
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot read the outbox: ${message}`),
  });
  private backlog: Backlog = { waiting: 0, rejected: 0 };

  constructor(
    private readonly database: Database,
    @Inject(OUTBOX_OPTIONS) private readonly options: OutboxOptions,
    health: HealthRegistry,
    metrics: Metrics,
  ) {
    health.register('outbox', () => this.health());
    this.measure(metrics);
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** @throws {OutboxFull} */
  assertRoom(): void {
    const { maxWaiting } = this.options;
    if (this.backlog.waiting >= maxWaiting) throw new OutboxFull(`${maxWaiting} events wait for Kafka already`);
  }

  /**
   * Counts unpublished rows, up to the bound. Beyond 20,000 it estimates from a sample of the table's pages, so that the
   * cost stays constant; it uses the same pages each time, so that the figure does not jump.
   */
  async look(): Promise<void> {
    const [row] = await this.database.query<{ waiting: number; rejected: number; age_ms: number | null }>(
      `WITH counted AS MATERIALIZED (
         SELECT count(*) AS n FROM (SELECT FROM outbox LIMIT least($1, ${COUNTED_AT_MOST})) first
       ), share AS MATERIALIZED (
         SELECT least(1, ${SAMPLED_PAGES} * current_setting('block_size')::float8 / pg_relation_size('outbox')) AS of_pages
       )
       SELECT (SELECT CASE WHEN n < ${COUNTED_AT_MOST} THEN n ELSE least($1, greatest(n, (
                 SELECT count(*) FROM outbox TABLESAMPLE SYSTEM (100 * (SELECT of_pages FROM share)) REPEATABLE (0)
               ) / (SELECT of_pages FROM share))) END::int FROM counted) AS waiting,
              (SELECT count(*)::int FROM (
                 SELECT FROM outbox WHERE rejection IS NOT NULL ORDER BY position LIMIT ${REJECTED_AT_MOST}
               ) rejected) AS rejected,
              (SELECT extract(epoch FROM clock_timestamp() - added_at)::float8 * 1000 FROM outbox
               WHERE rejection IS NULL ORDER BY position LIMIT 1) AS age_ms`,
      [this.options.maxWaiting],
    );
    if (!row) return;
    const { waiting, rejected, age_ms: ageMs } = row;
    this.backlog = { waiting, rejected, ...(ageMs === null ? {} : { oldestSince: Date.now() - ageMs }) };
  }

  private measure(metrics: Metrics): void {
    const gauge = (name: string, help: string, read: () => number) =>
      metrics.gauge({ name: `outbox_${name}`, help }, read);
    gauge(
      'messages',
      'Messages in the outbox that wait for Kafka, counted up to the limit and estimated beyond 20,000',
      () => this.backlog.waiting,
    );
    gauge(
      'messages_limit',
      'Maximum number of messages in the outbox; beyond it the service rejects work',
      () => this.options.maxWaiting,
    );
    gauge(
      'rejected_messages',
      `Messages in the outbox that Kafka rejects, counted up to ${REJECTED_AT_MOST}`,
      () => this.backlog.rejected,
    );
    gauge(
      'oldest_age_seconds',
      'Time that the oldest message in the outbox has waited, rejected ones excluded; 0 if there is none',
      () => {
        const { oldestSince } = this.backlog;
        return oldestSince === undefined ? 0 : Math.max(0, Date.now() - oldestSince) / 1_000;
      },
    );
  }

  private health(): ComponentHealth {
    const { waiting, rejected } = this.backlog;
    const facts = { waiting, rejected };
    if (waiting >= this.options.maxWaiting)
      return { status: 'down', detail: `${waiting} events wait for Kafka: no room for more`, facts };
    if (rejected > 0)
      return { status: 'degraded', detail: `Kafka rejects ${rejected} events: see GET /outbox/rejected`, facts };
    return { status: 'up', facts };
  }
}
