import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { type Gauge, Metrics } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { PARKED_STATUSES, ParkedMessagesRepository, type ParkedStatus } from './messages/parked-messages.repository.js';
import { PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';

const POLLING_INTERVAL_MS = 5_000;

/**
 * Counts parked messages every few seconds while the application runs, so that a scrape needs no query. Each status is
 * counted up to the limit, which bounds the cost. Every replica shows the same figures.
 */
@Injectable()
export class ParkingWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ParkingWatch');
  private readonly messages: Gauge<'status'>;
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: POLLING_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot count the parked messages: ${message}`),
  });

  constructor(
    private readonly database: Database,
    private readonly repository: ParkedMessagesRepository,
    @Inject(PARKING_OPTIONS) private readonly options: Pick<ParkingOptions, 'maxParked'>,
    metrics: Metrics,
  ) {
    this.messages = metrics.gauge({
      name: 'parked_messages',
      help: 'Parked messages, including replayed and discarded ones as long as they are kept; each status is counted up to the limit',
      labels: ['status'],
    });
    const name = 'parked_messages_limit';
    metrics.gauge(
      { name, help: 'Maximum number of parked messages; beyond it partitions wait' },
      () => options.maxParked,
    );
    this.show(NONE);
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async look(): Promise<void> {
    this.show(await this.repository.countAll(this.database, this.options.maxParked));
  }

  private show(counts: Readonly<Record<ParkedStatus, number>>): void {
    for (const status of PARKED_STATUSES) this.messages.set({ status }, counts[status]);
  }
}

const NONE = { RETRYING: 0, OPEN: 0, BLOCKED: 0, REPLAYED: 0, DISCARDED: 0 };
