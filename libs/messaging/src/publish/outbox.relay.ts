import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { withTimeout, backoffMs, type BackoffOptions, bisect, Poller } from '@orderflow/concurrency';
import { isRejectedByBroker, isRejectedSender } from '../kafka/rejection.js';
import { Producer } from '../kafka/producer.js';
import { redactText } from '@orderflow/observability';
import { Database, Listener } from '@orderflow/postgres';
import { OutboxMetrics } from './watch/outbox.metrics.js';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox.options.js';
import {
  deletePublished,
  markRejected,
  type OutboxRow,
  type Part,
  RELAY_CHANNEL,
  type RelayedRow,
  selectPart,
} from './table/outbox.table.js';

const POLLING_INTERVAL_MS = 1_000;
/** How long the relay waits for a writer to publish its row before it looks again for the rows behind it. */
const WRITER_MS = 20;
const MAX_BATCH = 500;
/** Bounds the bytes as well, since copies of dead letters may be large. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const SHUTDOWN_MS = 3_000;
const LEASE = '10 seconds';
/** A rejection may be temporary, as when a topic's limit is raised later, but it rarely ends soon. */
const REJECTED_RETRY: BackoffOptions = { firstMs: 40_000, maxMs: 600_000 };
/** How long a replica whose messages are rejected does not take the lease; longer than the other replicas' polling interval. */
const STEP_BACK_MS = 3_000;
/** Before every position. */
const BEGINNING = '0';

/**
 * Publishes the rows that were not published from memory: rows of a replica that died, rows behind an unpublished one of
 * their key, and rows written while Kafka was unavailable. A lease ensures that one replica relays at a time. A replica
 * that loses its lease without noticing publishes duplicates at worst. It cannot reorder a key, because a row's predecessors
 * are already published, or precede it in the same send.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('OutboxRelay');
  private readonly holder = randomUUID();
  private readonly poller: Poller;
  private readonly rejectedRetry: BackoffOptions;
  /** By the monotonic clock, because a wrong wall clock may be why the broker rejects messages. */
  private stepsBackUntil = 0;
  /** True until another replica turns out to hold the lease. */
  private mayHoldLease = true;

  constructor(
    private readonly producer: Producer,
    private readonly database: Database,
    @Inject(OUTBOX_OPTIONS) { pollingIntervalMs = POLLING_INTERVAL_MS, rejectedRetry = REJECTED_RETRY }: OutboxOptions,
    listener: Listener,
    private readonly metrics: OutboxMetrics,
  ) {
    this.rejectedRetry = rejectedRetry;
    this.poller = new Poller(() => this.relayAll(), {
      intervalMs: pollingIntervalMs,
      onFailure: ({ message }) => this.logger.warn(`Cannot relay, trying again: ${message}`),
    });
    listener.listen(RELAY_CHANNEL, () => this.wake());
  }

  onApplicationBootstrap(): void {
    void this.database.whenReady().then(() => this.poller.start());
  }

  async onApplicationShutdown(): Promise<void> {
    await withTimeout(SHUTDOWN_MS, this.poller.stop());
    await this.giveLeaseBack();
  }

  /**
   * Relays at once instead of at the next interval, unless another replica holds the lease. Call it after a commit of rows
   * that only the relay may publish.
   */
  wake(): void {
    if (this.mayHoldLease) this.poller.wake();
  }

  private async relayAll(): Promise<void> {
    try {
      while (await this.relayOnce()) await delay(WRITER_MS);
    } catch (error) {
      if (isRejectedSender(error)) this.stepsBackUntil = performance.now() + STEP_BACK_MS;
      await this.giveLeaseBack(); // another replica may reach the broker
      throw error;
    }
  }

  /** Scans the table once. @returns whether a row waits for a writer or a rejected row, so that another scan is needed */
  private async relayOnce(): Promise<boolean> {
    let looksAgain = false;
    let after: string | undefined = BEGINNING;
    while (after !== undefined) {
      if (this.poller.isStopped || !(this.mayHoldLease = await this.holdLease())) return false;
      const part: Part = await selectPart(this.database, { after, size: MAX_BATCH, bytes: MAX_BATCH_BYTES });
      await this.relay(part.stale);
      await this.relay(part.rejectedDue);
      looksAgain ||= part.isBehindWriter || part.rejectedDue.length > 0;
      after = part.last;
    }
    return looksAgain;
  }

  private async holdLease(): Promise<boolean> {
    if (performance.now() < this.stepsBackUntil) return false;
    const held = await this.database.query(
      `INSERT INTO outbox_relay_lease AS lease (holder, expires_at) VALUES ($1, now() + interval '${LEASE}')
       ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
       WHERE lease.holder = excluded.holder OR lease.expires_at < now()
       RETURNING holder`,
      [this.holder],
    );
    return held.length === 1;
  }

  private async giveLeaseBack(): Promise<void> {
    await this.database.query('DELETE FROM outbox_relay_lease WHERE holder = $1', [this.holder]).catch(() => undefined);
  }

  /** Publishes rows, or marks them as rejected by the broker. */
  private async relay(rows: readonly RelayedRow[]): Promise<void> {
    const held = new Set<string>();
    await bisect(rows, {
      attempt: (some) => this.publish(some.filter((row) => !held.has(keyOf(row)))),
      mayBePoison: isRejectedByBroker,
      onPoison: (row, error) => {
        held.add(keyOf(row));
        return this.reject(row, error as Error);
      },
    });
  }

  private async publish(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.producer.send(rows);
    this.metrics.countPublished('relay', rows.length);
    await deletePublished(this.database, rows);
  }

  private async reject(row: RelayedRow, { message }: Error): Promise<void> {
    const retryInMs = backoffMs(row.rejections + 1, this.rejectedRetry);
    const seconds = Math.round(retryInMs / 1_000);
    this.logger.error(
      `Kafka rejects the outbox's row ${row.position} for ${row.topic}, the next try is in ${seconds} s: ${message}`,
    );
    await markRejected(this.database, row, { rejection: redactText(message), retryInMs });
  }
}

function keyOf({ topic, key, position }: OutboxRow): string {
  return key === null ? position : `${topic} ${key.toString('latin1')}`;
}
