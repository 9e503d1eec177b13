import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { withTimeout, GroupCommit, QueueFull } from '@orderflow/concurrency';
import { bytesOf } from '../envelope/message.js';
import { Producer } from '../kafka/producer.js';
import { Database } from '@orderflow/postgres';
import { OutboxMetrics } from './watch/outbox.metrics.js';
import { deletePublished, type OutboxRow } from './table/outbox.table.js';

const MAX_BATCH = 500;
const MAX_WAITING = 10_000;
/** Events are small, but a copy of a dead letter may be as large as any message. */
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** Fewer, larger deletions cost less. A row of the same key within that time is left to the relay. */
const DELETION_INTERVAL_MS = 50;
/** Rows not published by the deadline stay in the outbox; any replica's relay publishes them. */
const SHUTDOWN_MS = 2_000;
/** After a failed send the relay alone publishes for this long, so that unpublished rows do not pile up in memory. */
const PAUSE_MS = 5_000;

/**
 * Publishes rows from memory right after their commit. It may skip or fail to publish any of them: the relay publishes
 * the rows that stay in the table.
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
    pace: { leastMs: DELETION_INTERVAL_MS },
  });
  private failing = false;
  private pausedUntil = 0;

  constructor(
    private readonly producer: Producer,
    private readonly database: Database,
    private readonly metrics: OutboxMetrics,
  ) {}

  /** Whether only the relay publishes at the moment. */
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
    // If a row is published but not deleted, the relay publishes it again.
    this.deleting
      .submit(rows)
      .catch((error: Error) =>
        this.logger.warn(`Published rows are not deleted, so the relay will publish them again: ${error.message}`),
      );
  }

  private leaveToRelay(error: Error): void {
    if (error instanceof QueueFull) return; // a burst of events, not a failure of the broker
    const { message } = error;
    if (!this.failing) this.logger.warn(`Cannot publish, events wait in the outbox: ${message}`);
    this.failing = true;
    this.pausedUntil = Math.max(this.pausedUntil, Date.now() + PAUSE_MS);
  }
}
