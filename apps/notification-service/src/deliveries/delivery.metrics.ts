import { Injectable } from '@nestjs/common';
import { type Counter, type Gauge, type Histogram, Metrics } from '@orderflow/observability';
import { type Channel, CHANNELS } from '../notifications/notification.js';

/** In seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
const RESULTS = ['sent', 'failed'] as const;

@Injectable()
export class DeliveryMetrics {
  private readonly attempts: Counter<'channel' | 'result'>;
  private readonly durations: Histogram<'channel'>;
  private readonly failed: Counter<'channel'>;
  private readonly disabled: Counter;
  private readonly inFlight: Gauge<'channel'>;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter({
      name: 'notification_attempts_total',
      help: 'Attempts to send a notification',
      labels: ['channel', 'result'],
    });
    this.durations = metrics.histogram(
      {
        name: 'notification_attempt_duration_seconds',
        help: 'Duration of an attempt through e-mail or webhook',
        labels: ['channel'],
      },
      BUCKETS,
    );
    this.failed = metrics.counter({
      name: 'notifications_failed_total',
      help: 'Notifications that are FAILED after their last attempt',
      labels: ['channel'],
    });
    this.disabled = metrics.counter({
      name: 'webhooks_disabled_total',
      help: 'Webhooks that are disabled because nothing could be sent for days',
    });
    this.inFlight = metrics.gauge({
      name: 'notifications_in_flight',
      help: 'Notifications that this replica is sending at the moment',
      labels: ['channel'],
    });
    for (const channel of CHANNELS) this.failed.inc({ channel }, 0);
    for (const channel of CHANNELS) for (const result of RESULTS) this.attempts.inc({ channel, result }, 0);
  }

  countAttempt(channel: Channel, result: (typeof RESULTS)[number], durationMs?: number): void {
    this.attempts.inc({ channel, result });
    if (durationMs !== undefined) this.durations.observe({ channel }, durationMs / 1_000);
  }

  /** For a notification whose last attempt failed. */
  countFailed(channel: Channel): void {
    this.failed.inc({ channel });
  }

  countDisabled(): void {
    this.disabled.inc();
  }

  setInFlight(channel: Channel, count: number): void {
    this.inFlight.set({ channel }, count);
  }
}
