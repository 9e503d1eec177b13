import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '@orderflow/observability';
import { type Channel, CHANNELS } from './notification.js';

const RESULTS = ['sent', 'failed'] as const;

@Injectable()
export class NotificationsMetrics {
  private readonly attempts: Counter<'channel' | 'result'>;
  private readonly failed: Counter<'channel'>;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter({
      name: 'notification_attempts_total',
      help: 'Attempts to send a notification',
      labels: ['channel', 'result'],
    });
    this.failed = metrics.counter({
      name: 'notifications_failed_total',
      help: 'Notifications that are FAILED after their last attempt',
      labels: ['channel'],
    });
    for (const channel of CHANNELS) this.failed.inc({ channel }, 0);
    for (const channel of CHANNELS) for (const result of RESULTS) this.attempts.inc({ channel, result }, 0);
  }

  countAttempt(channel: Channel, result: (typeof RESULTS)[number]): void {
    this.attempts.inc({ channel, result });
  }

  /** For a notification whose last attempt failed. */
  countFailed(channel: Channel): void {
    this.failed.inc({ channel });
  }
}
