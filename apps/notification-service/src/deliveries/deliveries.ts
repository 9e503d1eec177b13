import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { causedBy } from '@orderflow/observability';
import type { Database } from '@orderflow/postgres';
import type { DeliveryChannel } from '../channels/channel.js';
import type { ServedLane } from './delivery-outcomes.js';
import { type DeliveryParts, LaneWorker } from './lane-worker.js';
import { type SlotLimits, Slots } from './slots.js';

/** A channel, and how much is sent through it at the same time. */
export interface LimitedChannel {
  readonly channel: DeliveryChannel;
  readonly limits: SlotLimits;
}

/**
 * Sends the notifications of the queue through their channels, on each replica, each at least once: another replica sends
 * what this one has not recorded as sent when its lease ends. No transaction is open while a message is sent.
 */
export class Deliveries implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Deliveries');
  private readonly workers: readonly LaneWorker[];

  constructor(
    private readonly database: Database,
    channels: readonly LimitedChannel[],
    private readonly parts: DeliveryParts,
  ) {
    const { metrics } = parts;
    this.workers = channels.map(({ channel, limits }) => {
      const slots = new Slots(limits, (inUse) => metrics.setInFlight(channel.channel, inUse));
      return new LaneWorker(channel, slots, parts, (served) => this.report(served));
    });
  }

  onApplicationBootstrap(): void {
    void this.database.whenReady().then(() => this.workers.forEach((worker) => worker.start()));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  /** Something has been added to the queue, and committed. */
  wake(): void {
    for (const worker of this.workers) worker.wake();
  }

  private report({ lane, attempts, disabled }: ServedLane): void {
    for (const { delivery, settlement, failure } of attempts)
      if (settlement.status === 'FAILED') causedBy(delivery.cause, () => this.reportFailed(delivery.message, failure));
    if (!disabled) return;
    this.parts.metrics.countDisabled();
    this.logger.warn(
      `The webhook of customer ${lane.customerId} is disabled: ${disabled.reason}. Enable it with PUT /customers/${lane.customerId}/contact`,
    );
  }

  private reportFailed({ notification }: ServedLane['attempts'][number]['delivery']['message'], error?: Error): void {
    const { notificationId, orderId, type, channel, attempts } = notification;
    this.parts.metrics.countFailed(channel);
    this.logger.warn(
      `Could not send ${type} through ${channel} in ${attempts + 1} attempts; it is FAILED. Send it again with POST /notifications/${notificationId}/resend. The last error: ${error?.message}`,
      { notificationId, orderId },
    );
  }
}
