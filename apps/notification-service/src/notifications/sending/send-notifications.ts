import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { withTimeout, GroupCommit, Poller } from '@orderflow/concurrency';
import { type Cause, causedBy } from '@orderflow/observability';
import { Database, type Transaction } from '@orderflow/postgres';
import type { FailedSend, OutgoingNotification } from '../notification.js';
import { NotificationsMetrics } from '../notifications.metrics.js';
import { NotificationsRepository } from '../notifications.repository.js';
import { SendNotification } from './send-notification.js';

const POLLING_INTERVAL_MS = 1_000;
const SHUTDOWN_MS = 5_000;
const MAX_BATCH = 500;
/** The poller sends new notifications beyond this number. */
const MAX_WAITING = 10_000;

interface Fresh {
  readonly notificationId: string;
  readonly cause: Cause;
}

/**
 * Sends notifications at least once: the transaction that stores or marks the row as sent commits after the sending. An
 * immediate channel sends before the row is stored. For any other, the replica that stored a notification sends it right after
 * its commit; a poller sends stale ones, which a crash or a failure left.
 *
 * A failed attempt affects no other order: the notification is tried again at growing intervals (`retry-after.ts`), and is
 * `FAILED` after the last one. Later notifications of the same order wait until it is sent or `FAILED`.
 */
@Injectable()
export class SendNotifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Notifications');
  private readonly fresh = new GroupCommit<Fresh, void>((notifications) => this.sendFresh(notifications), {
    maxItems: MAX_BATCH,
    maxWaiting: MAX_WAITING,
  });
  private readonly poller = new Poller(() => this.sendStale(), {
    intervalMs: POLLING_INTERVAL_MS,
    onFailure: ({ message }) =>
      this.logger.warn(`Could not send stale notifications; trying again in a second: ${message}`),
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

  /**
   * Sends new notifications before they are stored, if their channel is immediate.
   * @returns the notifications to store: `SENT` now, or still `PENDING`, and then to be passed to {@link send} after the commit
   * @throws if an immediate channel does, which is a bug; nothing may be stored then
   */
  async sendAtOnce(fresh: readonly OutgoingNotification[]): Promise<readonly OutgoingNotification[]> {
    if (!this.sendNotification.isImmediate) return fresh;
    const sentAt = new Date();
    const sent: OutgoingNotification[] = [];
    for (const { notification, cause } of fresh) {
      const error = await this.sendNotification.execute({ notification, cause });
      if (error) throw error;
      sent.push({ notification: { ...notification, status: 'SENT', attempts: 1, sentAt }, cause });
    }
    return sent;
  }

  /** Sends the pending ones of notifications that were just committed; the poller retries those that fail. */
  send(created: readonly OutgoingNotification[]): void {
    const pending = created.filter(({ notification: { status } }) => status === 'PENDING');
    if (pending.length === 0) return;
    this.fresh
      .submit(pending.map(({ notification: { notificationId }, cause }) => ({ notificationId, cause })))
      .catch((error: Error) =>
        this.logger.debug(`Could not send new notifications; the poller will: ${error.message}`),
      );
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

  private async sendStale(): Promise<void> {
    const sendBatch = () =>
      this.database.transaction(async (tx) => this.sendAll(tx, await this.notifications.markStaleSent(tx, MAX_BATCH)));
    // Sending a retried notification makes those that wait behind it due, so repeat until none is due. A failed one is due only later.
    while (!this.poller.isStopped && (await sendBatch()) > 0);
  }

  /** @returns how many notifications were marked */
  private async sendAll(tx: Transaction, outgoing: readonly OutgoingNotification[]): Promise<number> {
    const failed = new Map<string, FailedSend>();
    const untried: OutgoingNotification[] = [];
    for (const each of outgoing) {
      const { notification } = each;
      const error = failed.has(notification.orderId) ? undefined : await this.sendNotification.execute(each);
      if (error) failed.set(notification.orderId, { ...each, error });
      else if (failed.has(notification.orderId)) untried.push(each);
    }
    await this.notifications.unmark(tx, untried);
    const failedForGood = await this.notifications.markFailed(tx, [...failed.values()]);
    tx.onCommit(() => failedForGood.forEach((each) => causedBy(each.cause, () => this.reportFailed(each))));
    return outgoing.length;
  }

  private reportFailed({ notification, error }: FailedSend): void {
    const { notificationId, orderId, type, channel, attempts } = notification;
    this.metrics.countFailed(channel);
    this.logger.warn(
      `Could not send ${type} through ${channel} in ${attempts} attempts; it is FAILED and will not be sent: ${error.message}`,
      {
        notificationId,
        orderId,
      },
    );
  }
}
