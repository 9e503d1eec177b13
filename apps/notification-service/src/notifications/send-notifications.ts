import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '@orderflow/postgres';
import { LogChannel } from './log.channel.js';
import { NotificationsRepository } from './notifications.repository.js';

const SWEEP_INTERVAL_MS = 1_000;
const MAX_BATCH = 500;

/**
 * Sends what is pending, at least once: the row is marked in a transaction that commits after the sending. Woken by
 * each commit, and by a sweep for what a crash left. Replicas share the work: a row is with one of them at a time.
 */
@Injectable()
export class SendNotifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Notifications');
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private woken = false;
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationsRepository,
    private readonly channel: LogChannel,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(SWEEP_INTERVAL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.sending;
  }

  wake(): void {
    this.woken = true;
    if (!this.sending) this.schedule(0);
  }

  private schedule(inMs: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.woken = false;
      this.sending = this.sendPending().finally(() => {
        this.sending = undefined;
        this.schedule(this.woken ? 0 : SWEEP_INTERVAL_MS);
      });
    }, inMs);
  }

  private async sendPending(): Promise<void> {
    try {
      while (!this.closed && (await this.sendBatch()) === MAX_BATCH);
    } catch (error) {
      this.logger.warn(`Cannot send, trying again: ${(error as Error).message}`);
    }
  }

  /** @returns how many it sent */
  private sendBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const pending = await this.notifications.markSent(tx, MAX_BATCH);
      for (const notification of pending) this.channel.send(notification);
      return pending.length;
    });
  }
}
