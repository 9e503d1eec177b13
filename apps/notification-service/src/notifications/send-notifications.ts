import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { withTimeout, GroupCommit, Poller } from '@orderflow/concurrency';
import { type Cause, causedBy } from '@orderflow/observability';
import { Database, type Transaction } from '@orderflow/postgres';
import type { FailedSend, Outgoing } from './notification.js';
import { NotificationsMetrics } from './notifications.metrics.js';
import { NotificationsRepository } from './notifications.repository.js';
import { SendNotification } from './send-notification.js';

const POLLING_INTERVAL_MS = 1_000;
const SHUTDOWN_MS = 5_000;
const MAX_BATCH = 500;
/** Beyond it, what is new is the poller's. */
const MAX_WAITING = 10_000;

interface Fresh {
  readonly notificationId: string;
  readonly cause: Cause;
}

/**
 * Sends what is pending, at least once: the row is marked in a transaction that commits after the sending. The replica
 * that wrote a notification sends it right after its commit; a poller sends what a crash or a failure has left.
 *
 * What cannot be sent fails alone: it is tried again, later each time (`retry-after.ts`), and ends as `FAILED`. Those of
 * its order that follow wait until it is sent or has failed for good.
 */
@Injectable()
export class SendNotifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Notifications');
  private readonly fresh = new GroupCommit<Fresh, void>((notifications) => this.sendFresh(notifications), {
    maxItems: MAX_BATCH,
    maxWaiting: MAX_WAITING,
  });
  private readonly poller = new Poller(() => this.sendLeftBehind(), {
    intervalMs: POLLING_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot send, trying again: ${message}`),
  });

  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationsRepository,
    private readonly sendNotification: SendNotification,
    private readonly metrics: NotificationsMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await withTimeout(SHUTDOWN_MS, this.fresh.idle());
    await this.poller.stop();
  }

  /** For whoever has just committed these notifications. What fails is left to the poller. */
  send(written: readonly Outgoing[]): void {
    this.fresh
      .submit(written.map(({ notification: { notificationId }, cause }) => ({ notificationId, cause })))
      .catch((error: Error) => this.logger.debug(`Left to the poller: ${error.message}`));
  }

  private async sendFresh(fresh: readonly Fresh[]): Promise<void[]> {
    const causes = new Map(fresh.map(({ notificationId, cause }) => [notificationId, cause]));
    await causedBy(causes, () =>
      this.database.transaction(async (tx) =>
        this.sendAll(tx, await this.notifications.markSent(tx, [...causes.keys()])),
      ),
    );
    return fresh.map(() => undefined);
  }

  private async sendLeftBehind(): Promise<void> {
    const sendBatch = () =>
      this.database.transaction(async (tx) =>
        this.sendAll(tx, await this.notifications.markLeftBehindSent(tx, MAX_BATCH)),
      );
    // What waits behind one that is tried again is due once that one is sent; what has failed is not due again at once.
    while (!this.poller.isStopped && (await sendBatch()) > 0);
  }

  /** @returns how many it took in hand */
  private async sendAll(tx: Transaction, outgoing: readonly Outgoing[]): Promise<number> {
    const failed = new Map<string, FailedSend>();
    const untried: Outgoing[] = [];
    for (const each of outgoing) {
      const { notification } = each;
      const error = failed.has(notification.orderId) ? undefined : await this.sendNotification.execute(each);
      if (error) failed.set(notification.orderId, { ...each, error });
      else if (failed.has(notification.orderId)) untried.push(each);
    }
    await this.notifications.unmark(tx, untried);
    const forGood = await this.notifications.markFailed(tx, [...failed.values()]);
    tx.onCommit(() => forGood.forEach((each) => causedBy(each.cause, () => this.giveUp(each))));
    return outgoing.length;
  }

  private giveUp({ notification, error }: FailedSend): void {
    const { notificationId, orderId, type, channel, attempts } = notification;
    this.metrics.countFailed(channel);
    this.logger.warn(`Could not send ${type} (${channel}), tried ${attempts} times, not again: ${error.message}`, {
      notificationId,
      orderId,
    });
  }
}
