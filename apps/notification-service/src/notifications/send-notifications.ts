import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { atMost, GroupCommit, Sweep } from '@orderflow/batching';
import { type Cause, causedBy, causeOf } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { LogChannel } from './log.channel.js';
import type { Notification } from './notification.js';
import { NotificationsMetrics } from './notifications.metrics.js';
import { NotificationsRepository } from './notifications.repository.js';

const SWEEP_INTERVAL_MS = 1_000;
const SHUTDOWN_MS = 5_000;
const MAX_BATCH = 500;
/** Beyond it, what is new is the sweep's. */
const MAX_WAITING = 10_000;

interface Fresh {
  readonly notificationId: string;
  readonly cause: Cause;
}

/**
 * Sends what is pending, at least once: the row is marked in a transaction that commits after the sending. The replica
 * that wrote a notification sends it right after its commit; a sweep sends what a crash or a failure has left.
 */
@Injectable()
export class SendNotifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Notifications');
  private readonly fresh = new GroupCommit<Fresh, void>((notifications) => this.sendFresh(notifications), {
    maxItems: MAX_BATCH,
    maxWaiting: MAX_WAITING,
  });
  private readonly sweep = new Sweep(() => this.sendLeftBehind(), {
    intervalMs: SWEEP_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot send, trying again: ${message}`),
  });

  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationsRepository,
    private readonly channel: LogChannel,
    private readonly metrics: NotificationsMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await atMost(SHUTDOWN_MS, this.fresh.idle());
    await this.sweep.stop();
  }

  /** For whoever has just committed these notifications. What fails is left to the sweep. */
  send(notifications: readonly Notification[]): void {
    this.fresh
      .submit(notifications.map(({ notificationId, orderId }) => ({ notificationId, cause: causeOf(orderId) ?? {} })))
      .catch((error: Error) => this.logger.debug(`Left to the sweep: ${error.message}`));
  }

  private async sendFresh(fresh: readonly Fresh[]): Promise<void[]> {
    const causes = new Map(fresh.map(({ notificationId, cause }) => [notificationId, cause]));
    await causedBy(causes, () =>
      this.database.transaction(async (tx) => this.sendAll(await this.notifications.markSent(tx, [...causes.keys()]))),
    );
    return fresh.map(() => undefined);
  }

  private async sendLeftBehind(): Promise<void> {
    const sendBatch = () =>
      this.database.transaction(async (tx) => this.sendAll(await this.notifications.markLeftBehindSent(tx, MAX_BATCH)));
    while (!this.sweep.isStopped && (await sendBatch()) === MAX_BATCH);
  }

  /** @returns how many it sent */
  private sendAll(notifications: readonly Notification[]): number {
    for (const notification of notifications) this.sendOne(notification);
    return notifications.length;
  }

  private sendOne(notification: Notification): void {
    try {
      this.channel.send(notification);
      this.metrics.countAttempt(notification.channel, 'sent');
    } catch (error) {
      this.metrics.countAttempt(notification.channel, 'failed');
      throw error;
    }
  }
}
