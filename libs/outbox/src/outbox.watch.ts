import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Sweep } from '@orderflow/batching';
import { type ComponentHealth, HealthRegistry } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { OUTBOX_OPTIONS, OutboxFull, type OutboxOptions } from './outbox.options.js';

const INTERVAL_MS = 2_000;

interface Backlog {
  readonly waiting: number;
  readonly refused: number;
}

/** Knows within seconds how much waits for the broker, says so in health, and refuses more beyond the bound. */
@Injectable()
export class OutboxWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('OutboxWatch');
  private readonly sweep = new Sweep(() => this.look(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot look at the outbox: ${message}`),
  });
  private backlog: Backlog = { waiting: 0, refused: 0 };

  constructor(
    private readonly database: Database,
    @Inject(OUTBOX_OPTIONS) private readonly options: OutboxOptions,
    health: HealthRegistry,
  ) {
    health.register('outbox', () => this.health());
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }

  /** @throws {OutboxFull} */
  assertRoom(): void {
    const { maxWaiting } = this.options;
    if (this.backlog.waiting >= maxWaiting) throw new OutboxFull(`${maxWaiting} events wait for Kafka already`);
  }

  /** Counts what waits, at most up to the bound. */
  async look(): Promise<void> {
    const [backlog] = await this.database.query<{ waiting: number; refused: number }>(
      `SELECT (SELECT count(*)::int FROM (SELECT FROM outbox LIMIT $1) waiting) AS waiting,
              (SELECT count(*)::int FROM outbox WHERE refusal IS NOT NULL) AS refused`,
      [this.options.maxWaiting],
    );
    if (backlog) this.backlog = backlog;
  }

  private health(): ComponentHealth {
    const { waiting, refused } = this.backlog;
    const facts = { waiting, refused };
    if (waiting >= this.options.maxWaiting)
      return { status: 'down', detail: `${waiting} events wait for Kafka: no room for more`, facts };
    if (refused > 0)
      return { status: 'degraded', detail: `Kafka refuses ${refused} events: see GET /outbox/refused`, facts };
    return { status: 'up', facts };
  }
}
