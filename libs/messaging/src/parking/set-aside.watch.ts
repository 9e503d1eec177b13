import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { type Gauge, Metrics } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { SET_ASIDE_STATUSES, SetAsideRepository, type SetAsideStatus } from './set-aside.repository.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';

const INTERVAL_MS = 5_000;

/**
 * Measures what is set aside, every few seconds while the application runs, so that a scrape reads memory alone. Each
 * status is counted up to the bound of what may wait: the cost is bounded too. Every replica shows the same.
 */
@Injectable()
export class SetAsideWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('SetAsideWatch');
  private readonly messages: Gauge<'status'>;
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot look at what is set aside: ${message}`),
  });

  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    @Inject(PARKING_OPTIONS) private readonly options: Pick<ParkingOptions, 'maxWaiting'>,
    metrics: Metrics,
  ) {
    this.messages = metrics.gauge({
      name: 'dead_letters',
      help: 'Messages that are set aside or were, as long as they are kept; each status is counted up to the bound',
      labels: ['status'],
    });
    const name = 'dead_letters_waiting_limit';
    metrics.gauge({ name, help: 'How many may wait; beyond it partitions wait' }, () => options.maxWaiting);
    this.show(NONE);
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async look(): Promise<void> {
    this.show(await this.repository.countAll(this.database, this.options.maxWaiting));
  }

  private show(counts: Readonly<Record<SetAsideStatus, number>>): void {
    for (const status of SET_ASIDE_STATUSES) this.messages.set({ status }, counts[status]);
  }
}

const NONE = { RETRYING: 0, OPEN: 0, BLOCKED: 0, REPLAYED: 0, DISCARDED: 0 };
