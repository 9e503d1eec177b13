import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { withTimeout, GroupCommit, QueueFull } from '@orderflow/concurrency';
import { bytesOf } from '../envelope/message.js';
import { Producer } from '../kafka/producer.js';
import { Database } from '@orderflow/postgres';
import { OutboxMetrics } from './watch/outbox.metrics.js';
import { deletePublished, type OutboxRow } from './table/outbox.table.js';

const MAX_BATCH = 500;
const MAX_WAITING = 10_000;
/** Events are small; the copies of dead letters are as large as others have made them. */
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** What is not published by then is the relay's, of this service's next start or of another replica. */
const SHUTDOWN_MS = 2_000;
/** After a failed send everything is left to the relay for so long, which then needs no memory here. */
const PAUSE_MS = 5_000;

/**
 * Publishes rows from memory right after their commit. It may fail or give up on any of them: what it leaves in the
 * table is the relay's.
 */
@Injectable()
export class OutboxPublisher implements OnApplicationShutdown {
  private readonly logger = new Logger('Outbox');
  private readonly sending = new GroupCommit<OutboxRow, void>((rows) => this.send(rows), {
    maxItems: MAX_BATCH,
    maxWeight: MAX_BATCH_BYTES,
    weightOf: bytesOf,
    maxWaiting: MAX_WAITING,
    maxWaitingWeight: MAX_WAITING_BYTES,
  });
  private readonly deleting = new GroupCommit<OutboxRow, void>((rows) => this.deletePublished(rows), {
    maxItems: 10 * MAX_BATCH,
    maxWaiting: MAX_WAITING,
  });
  private failing = false;
  private pausedUntil = 0;

  constructor(
    private readonly producer: Producer,
    private readonly database: Database,
    private readonly metrics: OutboxMetrics,
  ) {}

  /** Whether it leaves everything to the relay at this moment. */
  get isPaused(): boolean {
    return Date.now() < this.pausedUntil;
  }

  /** @param rows without an unpublished predecessor of their key, in their order */
  publish(rows: readonly OutboxRow[]): void {
    if (rows.length === 0 || this.isPaused) return;
    this.sending.submit(rows).then(
      () => this.succeed(rows),
      (error: Error) => this.leaveToRelay(error),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await withTimeout(SHUTDOWN_MS, this.sending.idle());
    await withTimeout(SHUTDOWN_MS, this.deleting.idle());
  }

  private async send(rows: readonly OutboxRow[]): Promise<void[]> {
    if (this.isPaused) throw new Error('the relay publishes after a failure');
    await this.producer.send(rows);
    this.metrics.countPublished('memory', rows.length);
    return rows.map(() => undefined);
  }

  private async deletePublished(rows: readonly OutboxRow[]): Promise<void[]> {
    await deletePublished(this.database, rows);
    return rows.map(() => undefined);
  }

  private succeed(rows: readonly OutboxRow[]): void {
    if (this.failing) this.logger.log('Publishing again');
    this.failing = false;
    // A row that is published and not deleted is published once more by the relay.
    this.deleting
      .submit(rows)
      .catch((error: Error) =>
        this.logger.warn(`Published rows are not deleted, so the relay will publish them again: ${error.message}`),
      );
  }

  private leaveToRelay(error: Error): void {
    if (error instanceof QueueFull) return; // a burst: the broker is well
    const { message } = error;
    if (!this.failing) this.logger.warn(`Cannot publish, events wait in the outbox: ${message}`);
    this.failing = true;
    this.pausedUntil = Math.max(this.pausedUntil, Date.now() + PAUSE_MS);
  }
}
