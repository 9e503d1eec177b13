import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { atMost, GroupCommit, Sweep } from '@orderflow/batching';
import { type Cause, causedBy, inSpan, SpanKind, startSpan } from '@orderflow/observability';
import { Database } from '@orderflow/postgres';
import { LogChannel } from './log.channel.js';
import type { Notification, Outgoing } from './notification.js';
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
  send(written: readonly Outgoing[]): void {
    this.fresh
      .submit(written.map(({ notification: { notificationId }, cause }) => ({ notificationId, cause })))
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
  private async sendAll(outgoing: readonly Outgoing[]): Promise<number> {
    for (const { notification, cause } of outgoing) await this.sendOne(notification, cause);
    return outgoing.length;
  }

  /** A span `send notification` in the trace of the event that led to it, however late it is sent. */
  private sendOne(notification: Notification, cause: Cause): Promise<void> {
    const { span, trace } = startSpan('send notification', {
      kind: SpanKind.CLIENT,
      attributes: () => ({
        'notification.id': notification.notificationId,
        'notification.type': notification.type,
        'notification.channel': notification.channel,
      }),
      parent: cause.trace,
    });
    return causedBy({ ...cause, trace }, () => inSpan(span, () => this.attempt(notification)));
  }

  private async attempt(notification: Notification): Promise<void> {
    const { notificationId, orderId, type, channel } = notification;
    try {
      this.channel.send(notification);
      this.metrics.countAttempt(channel, 'sent');
    } catch (error) {
      this.metrics.countAttempt(channel, 'failed');
      this.logger.debug(`Could not send ${type} (${channel}): ${(error as Error).message}`, {
        notificationId,
        orderId,
      });
      throw error;
    }
  }
}
